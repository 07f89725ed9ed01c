#!/usr/bin/env bats
# What a process can do so that who looks at it waits for ever.
# alone: it needs a process that is met in the middle of a call
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
		read -r said <&"${mute[0]}" || { wait "$mute_PID"; exit $((100 + $?)); }
		UNFIN_NETNS=self timeout -k 1 20 "$1" check --json --window 500ms
		status=$?
		kill "$mute_PID"
		exit $status' bash "$UNFIN" "$BATS_TEST_DIRNAME"
	[[ $status != 177 ]] || skip "no userfaultfd here"
	echo "$output" "$stderr"
	[[ $status == 3 ]]
	jq -e 'any(.coverage.gaps[]; .what == "what threads of processes do" and (.why | endswith("/mem: Timer expired")))
		and .coverage.sockets_seen == 41' <<<"$output"
}

# Beside the process of locked.py, within 20 s: its output, and the status.
look_at_locked() { # COMMAND...
	# shellcheck disable=SC2016 # for the shell inside
	run --separate-stderr unshare -n -m bash -c '
		ip link set lo up
		mount -t tmpfs none /mnt
		coproc locked { exec python3 "$1/locked.py" /mnt; }
		read -r said <&"${locked[0]}" || { wait "$locked_PID"; exit $?; }
		shift
		UNFIN_NETNS=self timeout -k 1 20 "$@"
		status=$?
		kill "$locked_PID"
		exit $status' bash "$BATS_TEST_DIRNAME" "$@"
	[[ $status != 77 ]] || skip "no FUSE here"
	[[ $status != 78 ]] || skip "this kernel tells a command line without that lock"
	echo "$status: $output" "$stderr"
}

@test "a process whose memory map is locked for ever: its command line is a gap of names, and its leak is found" {
	look_at_locked "$UNFIN" check --json --window 500ms
	[[ $status == 1 || $status == 0 ]]
	jq -e 'any(.coverage.gaps[]; .why | endswith("cmdline, exe, cwd, cgroup: Timer expired")) and .coverage.complete
		and any(.findings[]; .count == 20 and .subject.comm == "python3")' <<<"$output"
}

@test "nor do the other commands wait for it" {
	# shellcheck disable=SC2016 # for the shell inside
	look_at_locked sh -c '
		"$0" ports --json >/dev/null || exit 1
		"$0" limits --json >/dev/null || exit 2
		"$0" watch --window 300ms -o jsonl >/dev/null || exit 3
		"$0" record --window 0 "$1/kept" || exit 4
		"$0" list --columns pid,cmdline -o jsonl | grep -q "\"cmdline\":null" || exit 5' "$UNFIN" "$BATS_TEST_TMPDIR"
	[[ $status == 0 ]]
}
