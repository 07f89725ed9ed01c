#!/usr/bin/env bats
# The fixes that unfin offers from inside a container: the line for the host that starts it anew with what it lacks, and none
# where it lacks nothing.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -m true 2>/dev/null || skip "namespaces need root"
}

# As podman marks its containers, whatever its storage; COMMAND starts unfin there.
fixes_in_podman() { # COMMAND...
	# shellcheck disable=SC2016 # for the shell within
	run unshare --mount sh -c 'mount -t tmpfs tmpfs /run && touch /run/.containerenv && exec "$@"' - "$@" doctor --json
	jq -r '.features[] | select(.ok | not) | .id + ": " + (.mend // "-")' <<<"$output"
}

@test "rights that lack are asked for by the container's line, as podman takes it" {
	fixes=$(fixes_in_podman setpriv --bounding-set -sys_admin,-sys_ptrace,-net_admin "$UNFIN")
	echo "$fixes"
	grep -q "^namespaces: podman run .*--cap-add=SYS_ADMIN" <<<"$fixes"
	grep -q "^sock-destroy: podman run .*--cap-add=NET_ADMIN" <<<"$fixes"
	! grep -q "systemd-run\|setcap\|sudo" <<<"$fixes"
}

@test "rootless: no capability of it counts, so it must be root's" {
	fixes=$(fixes_in_podman unshare --user --map-root-user "$UNFIN")
	echo "$fixes"
	grep -q "^iterators: sudo podman run " <<<"$fixes"
	! grep -q "systemd-run\|setcap" <<<"$fixes"
}

@test "where nothing lacks, no line is offered that is being run" {
	fixes=$(fixes_in_podman "$UNFIN")
	echo "$fixes"
	! grep -q "run --rm" <<<"$fixes"
}
