#!/usr/bin/env bats
# What a process can do so that who looks at it waits for ever.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	python3 -c '' 2>/dev/null || skip "no python3"
}

@test "memory that does not answer is a gap, not the end of the look" {
	# shellcheck disable=SC2016 # for the shell inside
	run --separate-stderr unshare -n bash -c '
		ip link set lo up
		coproc mute { exec python3 "$2/mute.py"; }
		read -r said <&"${mute[0]}" || { wait "$mute_PID"; exit 100; }
		UNFIN_NETNS=self timeout -k 1 20 "$1" check --json --window 500ms
		status=$?
		kill "$mute_PID"
		exit $status' bash "$UNFIN" "$BATS_TEST_DIRNAME"
	[[ $status != 100 ]] || skip "no userfaultfd here"
	echo "$output" "$stderr"
	[[ $status == 3 ]]
	jq -e 'any(.coverage.gaps[]; .what == "what threads of processes do" and (.why | endswith("/mem: Timer expired")))
		and .coverage.sockets_seen == 41' <<<"$output"
}
