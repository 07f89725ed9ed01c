#!/usr/bin/env bats
# What other people's reports said, pasted: each line of messages/*.tsv leads to its errno, call, port and page.

setup() {
	export TOP=${TOP:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	export PATH=${UNFIN:+${UNFIN%/*}:}$TOP/build:$PATH
}

# What is read out of one message, in the columns of the files.
reading_of() { # MESSAGE
	unfin explain --json - <<<"$1" | jq -r '[.errno // "-",
		if .role == "client" then "client" else (.call // "-" | rtrimstr("()")) end,
		.port // "-", .protocol // "-", .topic // "-"] | join("\t")'
}

check_file() { # FILE
	local message want got wrong=0

	while IFS= read -r line; do
		message=$(cut -f6- <<<"$line")
		want=$(cut -f1-5 <<<"$line")
		got=$(reading_of "$message")
		[ "$got" = "$want" ] && continue
		wrong=$((wrong + 1))
		printf '%s\n  want %s\n  got  %s\n' "$message" "$want" "$got"
	done < <(grep -v '^#' "$1")
	[ "$wrong" -eq 0 ] || { echo "$wrong wrong"; return 1; }
}

@test "messages of other people's reports are read right" {
	check_file "$BATS_TEST_DIRNAME/messages/known.tsv"
}

# Their answers were written down before the program was asked; at that first run 47 of 50 were right.
@test "and those whose answers were written down first" {
	check_file "$BATS_TEST_DIRNAME/messages/unseen.tsv"
}
