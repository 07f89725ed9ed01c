#!/usr/bin/env bats
# unfin ports: the measured case of 200 ports that one program's CLOSE_WAITs hold, and what it says elsewhere.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN
	unshare -n true 2>/dev/null || skip "network namespaces need root"
}

# ports_in RANGE LEAKS ARGS... : unfin ports ARGS in a namespace where a program leaks that many connections
ports_in() {
	local range=$1 leaks=$2
	shift 2
	unshare -n "$BATS_TEST_DIRNAME/leaking" "$range" "$leaks" "$UNFIN" ports --netns self "$@"
}

@test "all ports leaked: bind(0) and connect() there have none, connect() elsewhere has all" {
	run --separate-stderr -0 ports_in "20000 20199" 200 --json --dst 127.0.0.1:8080 --dst 127.0.0.1:8081 --probe
	jq -e '
		.schema == "unfin.ports/1" and .coverage.complete and
		(.ranges | length == 1 and .[0].first == 20000 and .[0].last == 20199 and .[0].reserved == 0) and
		any(.bind[]; .address == "0.0.0.0" and .usable == 200 and .used == 200 and .free == 0 and
			.free_low == 0 and .free_high == 0 and .probe.errno == "EADDRINUSE") and
		any(.connect[]; .source == "127.0.0.1" and .destination == "127.0.0.1:8080" and .free == 0 and
			.by_state == {close_wait: 200} and .probe.errno == "EADDRNOTAVAIL") and
		any(.connect[]; .destination == "127.0.0.1:8081" and .free == 200 and .probe.granted) and
		all(.bind[], .connect[]; .probe.agrees)
	' <<<"$output"
}

@test "another address has its own budget, and rows are those asked for" {
	run --separate-stderr -0 ports_in "20000 20199" 150 --json --src 127.0.0.2 --src 127.0.0.1 --dst 127.0.0.1:8080
	jq -e '
		(.bind | map([.address, .free]) | sort == [["127.0.0.1", 50], ["127.0.0.2", 200]]) and
		(.connect | map([.source, .free]) | sort == [["127.0.0.1", 50], ["127.0.0.2", 200]])
	' <<<"$output"
}

@test "an odd range is an interval, and free is null" {
	run --separate-stderr -0 ports_in "20000 20004" 0 --json --dst 127.0.0.1:9
	jq -e '.connect[0] | .free == null and .free_low == 4 and .free_high == 5' <<<"$output"
}

@test "a probe sends nothing: the listener there sees no connection" {
	run --separate-stderr -0 ports_in "20000 20199" 3 --json --dst 127.0.0.1:8080 --probe
	jq -e '.connect[0].probe.granted' <<<"$output"
	# shellcheck disable=SC2154 # run --separate-stderr sets it
	[ "$(grep -c "^accepted" <<<"$stderr")" = 1 ] && grep -q "^accepted 3 connections" <<<"$stderr"
}

@test "the page: picture, budgets, holders" {
	run --separate-stderr -0 ports_in "20000 20199" 120
	[[ ${lines[0]} == "ports 20000-20199 of namespace "*" (this one): 200 usable" ]]
	[[ $output == *"120 CLOSE-WAIT"*"leaking("* && $output == *"From and to"*"127.0.0.1 to 127.0.0.1:8080"* ]]
	! grep -q ' $' <<<"$output"
}

@test "what is no address is said, with status 2" {
	run -2 "$UNFIN" ports --src 10.0.0.1:5
	[[ $output == *"is no address"* ]]
	run -2 "$UNFIN" ports --dst 10.0.0.1
	[[ $output == *"is no destination"* ]]
}

@test "what a wider range would give is what it then gives" {
	# shellcheck disable=SC2016 # for the shell inside
	run --separate-stderr -0 unshare -n "$BATS_TEST_DIRNAME/leaking" "20000 20199" 120 sh -c '
		ask() { "$0" ports --netns self --json --dst 127.0.0.1:8080; }
		ask && echo "1024 65535" >/proc/sys/net/ipv4/ip_local_port_range && ask' "$UNFIN"
	jq -se '.[0] as $before | .[1] as $after |
		($after.connect[0].free - $before.connect[0].free) as $gain | $gain > 60000 and
		any($before.advice[]; .command == "sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"" and
			(.text | test("^then widen the range to 1024-65535, .*; the leak will fill them, too$")) and
			(.text | gsub(","; "") | test("for \($gain) more ports"))) and
		any($before.advice[]; .command == "sysctl -w net.ipv4.ip_local_reserved_ports=8080" and (.text | startswith("first reserve"))) and
		any($before.advice[]; .text == "each further source address gives 200 ports to 127.0.0.1:8080")' <<<"$output"
}

@test "little used: no advice" {
	run --separate-stderr -0 ports_in "20000 20199" 20 --json
	jq -e '.advice == []' <<<"$output"
}

@test "a table without a row is not begun" {
	run --separate-stderr -0 unshare -n "$UNFIN" ports --netns self
	[[ $output == *"bind(port 0): "* && $output != *"connect(): "* ]]
	run --separate-stderr -0 ports_in "20000 20199" 20
	[[ $output == *"connect(): "* ]]
}

@test "one port: who has it for UDP is told apart from TCP, in its own namespace only" {
	# shellcheck disable=SC2016 # for the shell in the namespace
	run --separate-stderr -0 unshare -n bash -c '
		ip link set lo up
		python3 -c "
import socket, os, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind((\"::\", 5353)); t = socket.socket(); t.bind((\"127.0.0.1\", 5353)); t.listen()
os.system(\"\\\"$UNFIN\\\" ports 5353 --netns self --json\")
os.system(\"\\\"$UNFIN\\\" ports 5353 --netns self\")"'
	jq -es '.[0].port[0] | (.udp | length == 1) and .udp[0].local == "[::]:5353" and
		(.udp[0].holders[0].comm | startswith("python3")) and (.owners | length == 1)' <<<"${output%%port 5353*}"
	[[ $output == *"for UDP    [::]:5353, python3"* && $output == *"a listener: 127.0.0.1:5353, python3"* ]]
	run --separate-stderr -0 unshare -n "$UNFIN" ports 5353 --netns self --json
	jq -e '.port[0].udp == []' <<<"$output"
}

@test "Markdown: tables of the budgets, a list of one port" {
	run --separate-stderr -0 ports_in "20000 20199" 200 -o md
	[[ $output == *"| Free | Used | Address | Ends |"* && $output == *"## more ports"*$'\n- bind() on '* ]]
	[[ $output == *$'\n  `sysctl -w '*'`'* ]]
	run --separate-stderr -0 ports_in "20000 20199" 200 8080 -o md
	[[ ${lines[0]} == "# port 8080 of namespace "* && $output == *"- **on it**: a listener: "* ]]
}

@test "a remedy is told once, with the rows that it helps" {
	run --separate-stderr -0 ports_in "20000 20199" 200
	[ "$(grep -c 'widen the range' <<<"$output")" = 1 ]
	[[ $output == *"bind() on 0.0.0.0 and connect() from 127.0.0.1 to 127.0.0.1:8080: first reserve the port of 1 listener"* ]]
}

@test "a listener on one address holds up the wildcard: the host's own other addresses are tried" {
	# shellcheck disable=SC2016 # for the shell in the namespace
	run --separate-stderr -0 unshare -n bash -c '
		ip link set lo up
		ip address add 10.9.8.7/32 dev lo
		python3 -c "
import socket, os
t = socket.socket(); t.bind((\"127.0.0.1\", 8080)); t.listen()
os.system(\"\\\"$UNFIN\\\" ports 8080 --netns self --probe\")"'
	[[ $output == *"10.9.8.7: yes (the kernel agrees)"* ]]
	[[ $(tr -s ' \n' ' ' <<<"$output") == *"why 0.0.0.0 means every address, and 127.0.0.1:8080 is taken; on another single address, such as 10.9.8.7, the port is free"* ]]
}
