#!/usr/bin/env bats
# Multipath TCP: a program holds the connection, the kernel its subflows. Each connection counts once, as its program
# sees it, whatever its subflows; its age is its own.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	[[ $(uname -r) =~ ^(6\.[1-9][0-9]|[7-9]|[1-9][0-9]) ]] || skip "an MPTCP connection keeps no stamps here (Linux before 6.10)"
	mkfifo "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
	python3 "$BATS_TEST_DIRNAME/odd.py" mptcp_leak <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" &
	exec 8>"$BATS_TEST_TMPDIR/in" 9<"$BATS_TEST_TMPDIR/out"
	read -r facts <&9
	if jq -e .skip <<<"$facts" >/dev/null; then skip "$(jq -r .skip <<<"$facts")"; fi
	netns=$(jq .netns <<<"$facts")
}

teardown() {
	[[ ! -e $BATS_TEST_TMPDIR/in ]] || exec 8>&-
	wait
}

# Six that have waited for more than a second.
stands() {
	local end=$((SECONDS + 20))
	until [[ $("$UNFIN" list -H --netns "$netns" 'mptcp == yes and state == close-wait and age > 1s' | wc -l) == 6 ]]; do
		((SECONDS < end)) || return 1
		sleep 0.1
	done
}

@test "each is one of its own, though the kernel gives what is accepted the cookie of its listener" {
	stands
	run --separate-stderr "$UNFIN" list --netns "$netns" -o jsonl --columns cookie 'mptcp == yes'
	[[ $(sort -u <<<"$output" | wc -l) == 9 ]]
}

@test "a leak of Multipath TCP connections is found, and counted once" {
	stands
	for source in bpf sock_diag; do
		run --separate-stderr "$UNFIN" check --json --window 0 --netns "$netns" --source $source
		jq -e '.states.close_wait == 6 and (.states | add) == .coverage.sockets_seen
			and .coverage.sockets_seen == .coverage.sockets_kernel' <<<"$output"
		jq -e '.findings | length == 1 and .[0].id == "never-closed" and .[0].count == 6 and .[0].oldest_s >= 1' <<<"$output"
	done
}
