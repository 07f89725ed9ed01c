#!/usr/bin/env bats
# Many network namespaces in one look: each with what nobody holds, so that every table must be told.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
}

# crowd SCENE...: makes them; facts in $WORK/facts, one a line
crowd() {
	mkfifo "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
	python3 "$BATS_TEST_DIRNAME/odd.py" "$@" <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" &
	odd=$!
	exec 8>"$BATS_TEST_TMPDIR/in" 9<"$BATS_TEST_TMPDIR/out"
	while read -r line <&9 && [[ $line != ready ]]; do echo "$line"; done >"$BATS_TEST_TMPDIR/facts"
}

crowd_ends() {
	exec 8>&-
	wait "$odd" || true
}

# Each namespace has what its scene says.
all_are_told() {
	jq -e --slurpfile facts "$BATS_TEST_TMPDIR/facts" '
		(.sockets | group_by(.netns) | map({key: (.[0].netns | tostring), value: .}) | from_entries) as $by
		| $facts | length >= 12 and all(.[]; . as $fact | ($by[.netns | tostring] // []) as $sockets
			| if ($sockets | length) == .sockets
				and ([$sockets[].unowned | values] | group_by(.) | map({key: .[0], value: length}) | from_entries) == .unowned
			then true
			else ("\($fact) is not \($sockets | map([.state, .local_port, .unowned]))\n" | stderr | false) end)' "$1"
}

@test "24 namespaces, each with what nobody holds: all told, few open files" {
	scenes=()
	for _ in {1..20}; do scenes+=(leftovers); done
	crowd "${scenes[@]}" requests by_thread by_udp by_socket
	for source in bpf sock_diag; do
		prlimit --nofile=64 "$UNFIN" list --source $source --netns all --json >"$BATS_TEST_TMPDIR/$source"
	done
	crowd_ends
	all_are_told "$BATS_TEST_TMPDIR/bpf"
	all_are_told "$BATS_TEST_TMPDIR/sock_diag"
}

@test "a namespace by its name, by its inode" {
	ip netns add "unfin-$$"
	inode=$(stat -Lc %i "/run/netns/unfin-$$")
	for which in "unfin-$$" "$inode"; do
		run "$UNFIN" list --netns "$which" --json
		ip netns exec "unfin-$$" "$UNFIN" list --netns self --json >"$BATS_TEST_TMPDIR/self"
		[[ $status == 0 ]]
		jq -e '.coverage.complete and .coverage.netns_seen == 1 and .sockets == []' <<<"$output"
	done
	ip netns del "unfin-$$"
	run "$UNFIN" list --netns "unfin-$$"
	[[ $status == 2 ]]
}
