#!/usr/bin/env bats
# The addresses that a namespace has: read as bind() is answered, kept, redacted, and what `ports` makes of them.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	command -v sqlite3 >/dev/null || skip "sqlite3 is not here"
	cd "$BATS_TEST_TMPDIR" || return
}

# within SETUP ARGS...: unfin ARGS in a namespace that this shell code has set up
within() {
	# shellcheck disable=SC2016
	unshare -n bash -c 'eval "$1"; shift; exec "$@"' bash "$1" "$UNFIN" "${@:2}"
}

facts() { # FILE
	sqlite3 "$1" 'select "range.addr", "range.bits", state, link_down from address order by 1, 2'
	sqlite3 "$1" 'select addresses_known, nonlocal_bind, nonlocal_bind6, ipv6_off, ipv6_off_on_loopback from netns'
}

@test "addresses, ranges of local routes, settings" {
	within 'ip link set lo up; ip addr add 10.5.0.1/32 dev lo; ip route add local 10.7.0.0/16 dev lo
		echo 1 >/proc/sys/net/ipv4/ip_nonlocal_bind' record kept --netns self --window 0
	run facts kept
	diff - <(echo "$output") <<-END
		10.5.0.1|128|0|0
		10.7.0.0|112|0|0
		127.0.0.0|104|0|0
		127.0.0.1|128|0|0
		::1|128|0|0
		1|1|0|0|0
	END
}

@test "without any local route every IPv4 address can be bound, and IPv6 has none" {
	within : record kept --netns self --window 0
	run facts kept
	[ "$output" = $'0.0.0.0|96|0|0\n1|0|0|0|0' ]
	within 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6' record off --netns self --window 0
	[[ $(facts off) == *'1|0|0|1|1' ]]
}

@test "an address whose link is down waits to be tested, and is not granted" {
	# shellcheck disable=SC2016
	within 'ip link set lo up; ip link add near type veth peer far; ip link set near up; ip addr add fd00::1/64 dev near
		"$UNFIN" record kept --netns self --window 0 >&2' ports --netns self --src fd00::1 --probe --json >ports
	grep -qx 'fd00::1|128|1|1' <(facts kept)
	jq -e '.bind[0] | .address == "fd00::1" and .address_absent and .free == 0 and .probe.agrees' ports
}

@test "no source address, no port: as the kernel grants it" {
	within 'ip link set lo up; echo 1 >/proc/sys/net/ipv6/conf/lo/disable_ipv6' \
		ports --netns self --probe --json --dst '[::1]:9100' --dst 127.0.0.1:9100 >ports
	jq -e '(.connect | map([.destination, .free == 0, .address_absent, .probe.agrees])) ==
		[["[::1]:9100", true, true, true], ["127.0.0.1:9100", false, false, true]]' ports
	run within 'ip link set lo up' ports --netns self --src 10.9.9.9
	[[ $output == *"no such address here"* ]]
}

@test "redacted with the same numbers as the sockets" {
	# shellcheck disable=SC2016
	unshare -n sh -c 'ip link set lo up; ip addr add 192.0.2.7/32 dev lo; ip addr add fe80::7/64 dev lo nodad
		exec python3 - "$1"' sh "$UNFIN" <<-END
		import socket, subprocess, sys
		server = socket.create_server(("192.0.2.7", 80))
		subprocess.run([sys.argv[1], "record", "kept", "--redact", "--netns", "self", "--window", "0"], check=True)
	END
	run -1 grep 192.0.2.7 <(facts kept)
	local listener
	listener=$(sqlite3 kept "select local from socket where local like '%:80'")
	grep -qx "${listener%:80}|128|0|0" <(facts kept)
	grep -q '^fe80::' <(facts kept)
}

@test "a kept file of before says nothing of addresses" {
	sqlite3 old <"$BATS_TEST_DIRNAME/../golden/accept-queue-one.sql"
	run --separate-stderr "$UNFIN" ports --from old --json --src 10.9.9.9
	jq -e '.bind[0] | (.address_absent | not) and .free > 0' <<<"$output"
}
