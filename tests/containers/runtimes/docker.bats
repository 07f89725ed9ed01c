#!/usr/bin/env bats
# dockerd with its own containerd: a bridge, published ports (docker-proxy and DNAT), a leak, healthy clients.
bats_require_minimum_version 1.5.0
load ../room.bash
load ../docker.bash

setup_file() {
	room_open
	docker_start --data-root /var/lib/elsewhere # so that no file is where it usually is
	room docker network create app
	guest web -p 8088:8080 -- answer 8080
	guest leaky --user 1000 -- leak "$(address web)" 8080 40
	guest keeper -p 8200:9000 -- keep 9000
	gateway=$(room docker network inspect -f '{{(index .IPAM.Config 0).Gateway}}' app)
	# By docker-proxy, by DNAT on this side of the bridge, from a container by docker-proxy, from a container by itself.
	room_background loopback "$ROOM/guest" idle 127.0.0.1 8200 9
	room_background bridge "$ROOM/guest" idle "$gateway" 8200 9
	guest neighbour -- idle "$gateway" 8200 9
	guest direct -- idle "$(address keeper)" 9000 9
	room docker network create other
	room docker run -d --name stranger --network other guest /guest idle "$gateway" 8200 9
	within 60 has 40 'container == leaky and state == close-wait'
	within 60 has 45 'comm == guest and role == client and state == established and age > 4s'
}

teardown_file() { room_close; }

@test "a container by its name, its id and its first digits; its process is docker's" {
	[ "$(count 'container == leaky and state == close-wait')" = 40 ]
	id=$(inspect leaky '{{.Id}}')
	[ "$(count "container == $id")" = 40 ]
	[ "$(count "container == ${id:0:12}")" = 40 ]
	[ "$(unfin list -q --json 'container == leaky' | jq -r '[.sockets[].container | .id + " " + .name] | unique[]')" = "$id leaky" ]
	[ "$(unfin list -q --json 'container == leaky' | jq '[.sockets[].holders[].pid] | unique[]')" = "$(inspect leaky '{{.State.Pid}}')" ]
}

@test "the leak: its container, its user, both ends" {
	run unfin check -q --json --window 0
	jq -e '[.findings[] | select(.id == "never-closed" and .subject.container.name == "leaky")] | length == 1 and
		(.[0] | .count == 40 and any(.others[]; .container.name == "web"))' <<<"$output"
	run page
	id=$(inspect leaky '{{.Id}}') pid=$(inspect leaky '{{.State.Pid}}')
	[[ $output == *"guest[$pid] in container leaky (${id:0:12}) does not close"* ]]
	[[ $output == *"which is guest["*"] in container web ("* ]]
	[[ $output != *"$id"* ]]
}

@test "healthy clients of a published port are let alone, whichever namespace is looked at" {
	for netns in all self keeper neighbour stranger; do
		[ "$(accused $netns)" = '[]' ]
	done
	run unfin check -q --json --window 3s
	jq -e '[.findings[] | select(.subject.container.name != "leaky")] == []' <<<"$output"
}

@test "and also where conntrack's table may not be read" {
	run room setpriv --bounding-set -net_admin "$UNFIN" check -q --json --window 0
	jq -e '[.findings[] | select(.subject.container.name != "leaky")] == []' <<<"$output"
}

# A client of the host leaks through the published port, once by docker-proxy and once by DNAT: the other end is the
# container.
@test "through a published port the other end is the container, not docker-proxy" {
	room_background out "$ROOM/guest" leak 127.0.0.1 8088 5
	room_background dnat "$ROOM/guest" leak "$(room docker network inspect -f '{{(index .IPAM.Config 0).Gateway}}' app)" 8088 5
	within 60 has 10 'comm == guest and peer-port == 8088 and state == close-wait and age > 4s'
	run unfin check -q --json --window 0
	echo "$output" | jq -c '.findings[] | [.id, .subject.comm, .subject.pid, .peer, .count, .caused_by, [.others[] | [.comm, .container.name]]]'
	jq -e '[.findings[] | select(.id == "never-closed" and (.peer // "" | endswith(":8088")) and .subject.comm == "guest")
		| .others | any(.container.name == "web")] | length == 2 and all' <<<"$output"
}

@test "--netns takes a container: its sockets, and nobody else's" {
	pid=$(inspect keeper '{{.State.Pid}}')
	[ "$(unfin list -q --json --netns keeper | jq '[.sockets[].netns] | unique | length')" = 1 ]
	[ "$(count 'state == established' --netns keeper)" = "$(count 'state == established' --netns "$pid")" ]
	[ "$(count 'state == close-wait' --netns "$(inspect leaky '{{.Id}}')")" = 40 ]
	run -2 unfin list --netns no-such-box
	[[ $output == *'no network namespace "no-such-box"'* ]]
}
