#!/usr/bin/env bats
# bad-sysctl: what somebody has turned is told where it bears on something, as info; the defaults say nothing.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
}

@test "the faults of the lab: one info each, about that setting" {
	while read -r fault setting; do
		run --separate-stderr -0 "$UNFIN" lab "$fault" -q -- "$UNFIN" check --json --window 0
		jq -e --arg setting "$setting" '.verdict == "ok" and (.findings | length == 1) and (.findings[0] |
			.id == "bad-sysctl" and .severity == "info" and .setting == $setting and .subject == null and
			(.evidence | length > 0) and any(.advice[]; .command | strings | startswith("unfin explain ")))' <<<"$output"
	done <<-END
		bad-sysctl net.ipv4.ip_local_reserved_ports
		bad-sysctl-fin-timeout net.ipv4.tcp_fin_timeout
		bad-sysctl-range net.ipv4.ip_local_port_range
	END
}

@test "a namespace as the kernel made it: nothing" {
	run --separate-stderr -0 unshare -n "$UNFIN" check --netns self --json --window 0
	jq -e '.findings == []' <<<"$output"
}

@test "tcp_tw_recycle in a file of the host's: the file is named" {
	# Mounts and processes of our own, so that the file is nobody else's.
	# shellcheck disable=SC2016 # for the shell inside
	run --separate-stderr unshare -nmpf --mount-proc sh -c '
		mount -t tmpfs none /etc/sysctl.d
		echo "net.ipv4.tcp_tw_recycle = 1" >/etc/sysctl.d/90-tuning.conf
		"$0" check --netns self --json --window 0' "$UNFIN"
	jq -e '[.findings[] | select(.id == "bad-sysctl")] | length == 1 and .[0].setting == "net.ipv4.tcp_tw_recycle" and
		(.[0].evidence[0] | startswith("/etc/sysctl.d/90-tuning.conf sets it"))' <<<"$output"
}
