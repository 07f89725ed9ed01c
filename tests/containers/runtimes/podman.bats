#!/usr/bin/env bats
# podman without a daemon, with netavark: conmon holds the published port, and DNAT takes its connections past it, on
# loopback too. runc, because crun refuses a hybrid cgroup tree; limits that need no CAP_SYS_RESOURCE.
bats_require_minimum_version 1.5.0
load ../room.bash

setup_file() {
	room_open
	tar -C "$ROOM" -c guest >"$ROOM/guest.tar"
	podman import -q "$ROOM/guest.tar" guest
	podman network create app
	guest web -- answer 8080
	guest leaky --user 1000 -- leak "$(address web)" 8080 40
	guest keeper -p 8200:9000 -- keep 9000
	gateway=$(podman network inspect app | jq -r '.[0].subnets[0].gateway')
	room_background loopback "$ROOM/guest" idle 127.0.0.1 8200 9
	room_background bridge "$ROOM/guest" idle "$gateway" 8200 9
	guest neighbour -- idle "$gateway" 8200 9
	within 60 has 40 'container == leaky and state == close-wait'
	within 60 has 27 'comm == guest and role == client and state == established and age > 4s'
}

teardown_file() { room_close; }

podman() { room podman --cgroup-manager=cgroupfs --runtime runc --log-level=error "$@"; }

guest() { # NAME OPTION... -- ROLE...
	local options=()
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	podman run -d --cgroup-parent "$room_cgroup" --ulimit nofile=1000:1000 --ulimit nproc=1000:1000 --network app \
		--name "${options[@]}" guest /guest "$@"
}

address() { podman inspect -f '{{.NetworkSettings.Networks.app.IPAddress}}' "$1"; }
inspect() { podman inspect -f "$2" "$1"; }

@test "a container by its name, its id and its first digits; its process is podman's" {
	id=$(inspect leaky '{{.Id}}')
	for name in leaky "$id" "${id:0:12}"; do [ "$(count "container == $name and state == close-wait")" = 40 ]; done
	[ "$(unfin list -q --json 'container == leaky' | jq -r '[.sockets[].container | .id + " " + .name] | unique[]')" = "$id leaky" ]
	[ "$(unfin list -q --json 'container == leaky' | jq '[.sockets[].holders[].pid] | unique[]')" = "$(inspect leaky '{{.State.Pid}}')" ]
}

@test "the leak: its container, both ends" {
	run page
	id=$(inspect leaky '{{.Id}}') pid=$(inspect leaky '{{.State.Pid}}')
	[[ $output == *"guest[$pid] in container leaky (${id:0:12}) does not close"* ]]
	[[ $output == *"which is guest["*"] in container web ("* ]]
}

@test "healthy clients of a published port are let alone, whichever namespace is looked at" {
	for netns in all self keeper neighbour; do
		[ "$(accused $netns)" = '[]' ]
	done
	run page
	[[ $output != *conmon* ]]
}

@test "a name without a file: conmon's command line has it" {
	room mount -t tmpfs tmpfs /var/lib/containers/storage/overlay-containers
	run unfin list -q -H -c container 'state == close-wait'
	room umount /var/lib/containers/storage/overlay-containers
	[ "$(sort -u <<<"$output" | tr -d ' ')" = leaky ]
}
