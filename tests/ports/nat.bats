#!/usr/bin/env bats
# unfin ports on a host that translates sources: the ports that conntrack holds, and what the kernel then grants.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	command -v nft >/dev/null || skip "the program nft makes the rules"
	unshare -n nft 'add table ip t; add chain ip t c { type nat hook postrouting priority 100; }; add rule ip t c masquerade' ||
		skip "this kernel has no NAT"
}

# gateway RULE HELD CLOSED ARGS... : unfin ARGS on that gateway
gateway() {
	local rule=$1 held=$2 closed=$3
	shift 3
	"$BATS_TEST_DIRNAME/gateway" "$rule" "$held" "$closed" "$UNFIN" "$@"
}

@test "the rule's ports are all held: none may be left, and connect() hangs" {
	run --separate-stderr -0 gateway "masquerade to :40000-40009" 10 0 ports --netns self --json
	jq -e '.translated == [.translated[0]] and (.translated[0] |
		.source == "10.2.0.1" and .destination == "10.2.0.2:80" and .used == 10 and .translated == 10 and
		.lowest_used == 40000 and .highest_used == 40009 and .free == null and .free_low == 0 and
		.usable == 64512 and .by_state == {established: 10} and .without_socket == 10)' <<<"$output"
	# shellcheck disable=SC2154 # run --separate-stderr sets it
	[[ $stderr == *hangs* ]]
}

@test "closed connections keep their ports, and one yields its own; how many would is an interval" {
	run --separate-stderr -0 gateway "masquerade to :40000-40009" 4 6 ports --netns self --json
	jq -e '.translated[0] | .used == 10 and .by_state.established == 5 and .by_state.time_wait == 5 and
		.free_low == 0 and .free_high == 64507' <<<"$output"
	[[ $stderr == *granted* ]]
}

@test "all namespaces: the client's sockets are seen, so none is without" {
	run --separate-stderr gateway "masquerade" 5 0 ports --json
	jq -e 'any(.translated[]; .destination == "10.2.0.2:80" and .used == 6 and .without_socket == 0 and
		.free_high == 64506)' <<<"$output"
}

@test "where nothing is translated there is no such budget" {
	run --separate-stderr -0 gateway "" 5 0 ports --netns self --json
	jq -e '.translated == []' <<<"$output"
	run --separate-stderr -0 gateway "" 5 0 ports --netns self
	[[ $output != *NAT* ]]
}

@test "rows that were asked for; the page; a kept moment says the same" {
	run --separate-stderr -0 gateway "masquerade" 3 0 ports --netns self --src 10.2.0.1 --dst 10.2.0.2:81 --json
	jq -e '.translated == []' <<<"$output"
	run --separate-stderr -0 gateway "masquerade" 3 0 record "$BATS_TEST_TMPDIR/kept" --netns self
	run --separate-stderr -0 "$UNFIN" ports --from "$BATS_TEST_TMPDIR/kept"
	[[ $output == *"NAT: a port that conntrack has for no other"*"10.2.0.1 to 10.2.0.2:80"*"4 ESTAB"* ]]
	! grep -q ' $' <<<"$output"
}

@test "without CAP_NET_ADMIN it is a gap with its mend" {
	# The tool then cannot look into the table, the rest it can.
	run --separate-stderr "$BATS_TEST_DIRNAME/gateway" "masquerade" 1 0 \
		setpriv --bounding-set -net_admin "$UNFIN" ports --netns self --json --source sock_diag
	jq -e '(.coverage.complete | not) and any(.coverage.gaps[]; .what | test("NAT holds"))' <<<"$output"
	run --separate-stderr "$BATS_TEST_DIRNAME/gateway" "masquerade" 1 0 \
		setpriv --bounding-set -net_admin "$UNFIN" doctor --json
	jq -e 'any(.features[]; .id == "conntrack" and (.ok | not) and .why and .lost and .mend)' <<<"$output"
	run --separate-stderr gateway "masquerade" 1 0 doctor --json
	jq -e 'any(.features[]; .id == "conntrack" and .ok)' <<<"$output"
}

@test "check: NAT without a port is the cause, and who gets no answer its effect" {
	run --separate-stderr -1 gateway "masquerade to :40000-40009" 10 0 check --json --window 4s
	jq -e '[.findings[] | select(.peer == "10.2.0.2:80")] as $f | ($f[] | select(.id == "ports-exhausted")) as $nat |
		$nat.severity == "critical" and $nat.budget.used == 10 and $nat.budget.limit == 10 and
		$nat.caused_by == null and any($f[]; .id == "peer-unreachable" and .caused_by == $nat.key)' <<<"$output"
	run --separate-stderr -0 gateway "masquerade" 10 0 check --json --netns self --window 1s
	jq -e '.findings == []' <<<"$output"
}

# Rows of the kept moment: sockets whose other end is translated, and where the table was not read.
crossings() { sqlite3 "$1" 'select (select count(*) from crossing), (select sum(tracks_unread) from netns)'; }

@test "both ends of what is translated are known; a gateway's large table is not read for them, and that is known" {
	run --separate-stderr -0 gateway "masquerade" 10 0 record "$BATS_TEST_TMPDIR/small" --netns all
	[[ $(crossings "$BATS_TEST_TMPDIR/small") == 1[01]"|0" ]] # the last one may be on its way
	run --separate-stderr -0 gateway "masquerade" 10 6000 record "$BATS_TEST_TMPDIR/large" --netns self
	[ "$(crossings "$BATS_TEST_TMPDIR/large")" = "0|1" ]
}
