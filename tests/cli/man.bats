#!/usr/bin/env bats
# The man pages say what the help says, for every command, and what is installed is in its place.

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	TOP=$BATS_TEST_DIRNAME/../..
	"$TOP/make/man" "$UNFIN" "$BATS_TEST_TMPDIR" source
}

@test "a page for every command, with every option and example of its help" {
	local command line option count=0
	while IFS=$'\t' read -r command _; do
		[ "$command" != help ] || continue
		page=$BATS_TEST_TMPDIR/unfin-$command.scd
		count=$((count + 1))
		while read -r option; do
			grep -qF -- "--$option" "$page" || { echo "$command: --$option"; return 1; }
		done < <("$UNFIN" complete -- "$command" -- | cut -f 1 | sed 's/^--//')
		while read -r line; do
			grep -qF -- "$line" "$page" || { echo "$command: $line"; return 1; }
		done < <("$UNFIN" help "$command" | sed -n '3,/^$/p')
		grep -qF "unfin-$command(1)" "$BATS_TEST_TMPDIR/unfin.scd"
	done < <("$UNFIN" complete -- '')
	[ "$count" -ge 5 ]
}

@test "scdoc makes pages of them" {
	command -v scdoc >/dev/null || skip "no scdoc here"
	for page in "$BATS_TEST_TMPDIR"/*.scd; do
		scdoc <"$page" >"$BATS_TEST_TMPDIR/page" || { echo "$page"; return 1; }
	done
}
