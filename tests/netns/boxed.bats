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

# The rights that docker gives to root in a container. Who has none to trace others may only look into its equals.
@test "with a container's own rights the holders of its sockets are seen" {
	run unshare --net --pid --fork --mount-proc setpriv --no-new-privs --bounding-set \
		-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,+setfcap \
		sh -c 'ip link set lo up 2>/dev/null; python3 -c "
import socket, time
s = socket.socket(); s.bind((\"0.0.0.0\", 7000)); s.listen(); print(1, flush=True); time.sleep(60)" | {
			read -r _; "$1" list -q -H -c comm "local-port == 7000" --netns self; }' - "$UNFIN"
	[[ $output == python3* ]]
}
