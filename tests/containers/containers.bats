#!/usr/bin/env bats
# unfin among containers of real runtimes, each in a room of its own.
bats_require_minimum_version 1.5.0

# What a runtime leaves on a host that was not meant for it: keys, bridges, control groups.
host() {
	ls -A1 /etc/docker /etc/containers /etc/cni /opt/cni /var/lib/{docker,containers,containerd,cni} /run/{docker,containers,containerd} 2>&1 || true
	find /sys/class/net -name 'docker*' -o -name 'br-*' -o -name 'cni*' -o -name 'podman*'
	find /sys/fs/cgroup -maxdepth 2 -name 'unfin-room*'
}

setup_file() { host >"$BATS_FILE_TMPDIR/host"; }

needs() { # PROGRAM...
	local program
	unshare --pid --fork --mount --net true 2>/dev/null || skip "namespaces need root"
	for program; do
		PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v "$program" >/dev/null || skip "$program is not here: make/deps containers"
	done
}

check() { # RUNTIME
	run "$BATS_TEST_DIRNAME/run" "$1"
	echo "$output"
	[ "$status" = 0 ]
	host | diff "$BATS_FILE_TMPDIR/host" - # nothing is left
}

@test "docker: names, both ends of published ports, a leak, no false alarm" {
	needs dockerd docker containerd runc iptables jq
	check docker
}

@test "podman: the same, with conmon and netavark" {
	needs podman conmon runc iptables jq
	check podman
}

@test "containerd as kubelet uses it: pods; and containers of ctr" {
	needs containerd ctr runc iptables jq
	PATH=/usr/bin python3 -c 'import grpc' 2>/dev/null || skip "python3-grpcio is not here: make/deps containers"
	check containerd
}
