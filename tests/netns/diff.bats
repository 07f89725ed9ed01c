#!/usr/bin/env bats
# unfin diff: what got worse between two kept moments, or since one.
# shellcheck disable=SC2154 # $stderr is set by run --separate-stderr
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	export UNFIN
	cd "$BATS_TEST_TMPDIR" || return 1
}

@test "a leak that grows is worse, its group is told, and the other way round it is better" {
	# shellcheck disable=SC2016 # for the shell within
	"$UNFIN" lab never-closed -q -- sh -c '
		left() { "$UNFIN" list "state == close-wait" --json | jq ".sockets | length"; }
		"$UNFIN" record a --window 0 -q >/dev/null
		start=$(left); tries=0
		while [ "$(left)" -lt $((start + 3)) ] && [ $((tries += 1)) -lt 100 ]; do sleep 0.1; done
		"$UNFIN" record b --window 0 -q >/dev/null'
	run -0 jq -n --argjson d "$("$UNFIN" diff a b --json || true)" '$d | .schema == "unfin.diff/1" and .relation == "same_boot"
		and .elapsed_s > 0 and (.states | length) == 11 and .before.coverage.complete
		and (.findings[] | select(.id == "never-closed") | .change == "worse" and .count > .count_before)
		and any(.groups[]; .state == "close_wait" and .after >= .before + 3 and .peer != null and .listener == null)'
	echo "$output"
	[[ $output == true ]]
	run "$UNFIN" diff b a --json
	jq -e '(.findings[] | select(.id == "never-closed") | .change == "better") and .worse == false and
		(.notes | length) == 1' <<<"$output"
	run -0 "$UNFIN" diff a a
	[[ $output == "nothing got worse: "* ]]
}

@test "other hosts, other boots, redacted files: clear words" {
	record() { # FILE HOST OPTION...: as it would be on a host of this name that was booted later
		# shellcheck disable=SC2016 # for the shell within
		unshare -mu sh -c 'echo 99999999-2222-3333-4444-555555555555 >boot
			mount --bind boot /proc/sys/kernel/random/boot_id && hostname "$1" && shift &&
			exec "$UNFIN" lab never-closed -q -- "$UNFIN" record "$@" --window 0 -q' sh "$2" "$1" "${@:3}"
	}
	"$UNFIN" lab never-closed -q -- "$UNFIN" record a --window 0 -q
	record rebooted "$(uname -n)"
	record elsewhere elsewhere
	record redacted elsewhere --redact
	run "$UNFIN" diff a rebooted
	echo "$output"
	[[ $output == *never-closed* && $output != *"new "* && $output == *"was booted between"* ]]
	run "$UNFIN" diff a elsewhere
	[[ $output == *"these are two hosts"* ]]
	run "$UNFIN" diff a redacted
	[[ $output == *"is redacted"* ]]
}

@test "what cannot be compared: a clear word, exit 2" {
	run -2 --separate-stderr "$UNFIN" diff
	[[ $stderr == *"unfin record before.unfin"* ]]
	run -2 --separate-stderr "$UNFIN" diff missing
	[[ $stderr == *"No such file"* ]]
	echo text >text
	run -2 --separate-stderr "$UNFIN" diff text text
	[[ $stderr == *"no file that"* ]]
	run -2 --separate-stderr "$UNFIN" diff a b c
	[[ $stderr == *'"c"'* ]]
}
