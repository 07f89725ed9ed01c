#!/usr/bin/env bats
# Sockets that hide, and namespaces that nobody is in: each scene of odd.py says what a look must show of it.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
}

# scene NAME: makes it, looks at its namespace from outside with each live source, compares
scene() {
	local facts netns odd

	mkfifo "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
	python3 "$BATS_TEST_DIRNAME/odd.py" "$1" <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" &
	odd=$!
	exec 8>"$BATS_TEST_TMPDIR/in" 9<"$BATS_TEST_TMPDIR/out"
	read -r facts <&9
	if jq -e .skip <<<"$facts" >/dev/null; then skip "$(jq -r .skip <<<"$facts")"; fi
	netns=$(jq .netns <<<"$facts")
	for source in bpf sock_diag; do
		"$UNFIN" list --source $source --netns "$netns" --json >"$BATS_TEST_TMPDIR/$source.one"
		"$UNFIN" list --source $source --netns all "netns == $netns" --json >"$BATS_TEST_TMPDIR/$source.all"
	done 2>"$BATS_TEST_TMPDIR/err"
	exec 8>&-
	wait "$odd" || true
	for look in bpf.one bpf.all sock_diag.one sock_diag.all; do
		jq -e --argjson facts "$facts" --arg source "${look%.*}" '
			($facts + ($facts[$source] // {})) as $facts
			| (($facts.sockets // (.sockets | length)) == (.sockets | length))
			and ($facts.held // ([.sockets[].holders[]] | length)) == ([.sockets[].holders[]] | length)
			and ($facts.unowned // {}) == ([.sockets[].unowned | values
				| if $source == "sock_diag" and . == "hidden" then "unknown" else . end] | group_by(.)
				| map({key: .[0], value: length}) | from_entries)
		' "$BATS_TEST_TMPDIR/$look" || {
			echo "$look: expected $facts"
			jq -c '.sockets[] | [.state, .local_port, .peer_port, .unowned, .holders]' "$BATS_TEST_TMPDIR/$look"
			cat "$BATS_TEST_TMPDIR/err"
			return 1
		}
	done
	jq -e '.coverage.complete' "$BATS_TEST_TMPDIR/bpf.one"
	# A process with more rights than ours may hide anything from /proc.
	jq -e '.coverage.gaps | map(select(.what | startswith("the descriptors of") | not)) == []' "$BATS_TEST_TMPDIR/sock_diag.one"
}

@test "a descriptor in flight between processes" { scene in_flight; }
@test "a listener that only an io_uring knows" { scene io_uring; }
@test "a descriptor closed while a thread still uses it" { scene closed_in_use; }
@test "half-open connections, which the kernel's counts leave out" { scene requests; }
@test "Multipath TCP: the program holds the connection, the kernel its subflows" { scene mptcp; }
@test "a namespace that only a descriptor keeps" { scene by_descriptor; }
@test "a namespace that only its sockets keep" { scene by_socket; }
@test "a namespace that only a UDP socket keeps" { scene by_udp; }
@test "a namespace that only one thread is in" { scene by_thread; }
@test "a thread with descriptors of its own" { scene thread_files; }
@test "a process whose leader has ended" { scene zombie_leader; }
@test "two processes with one table of descriptors" { scene shared_table; }
@test "fork and dup: every descriptor is a holder" { scene inherited; }
