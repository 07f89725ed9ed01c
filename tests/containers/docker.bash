# dockerd in a room, and containers of the guest. Sourced by bats files, after room.bash.

docker_start() { # OPTION...
	export DOCKER_HOST=unix:///run/docker/api.sock DOCKER_BUILDKIT=0
	room_background dockerd.log dockerd -H "$DOCKER_HOST" --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "$room_cgroup" "$@"
	within 60 room docker info || { tail -20 "$ROOM/dockerd.log"; return 1; }
	tar -C "$ROOM" -c guest | room docker import - guest
}

guest() { # NAME OPTION... -- ROLE...
	local options=()
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	room docker run -d --network app --name "${options[@]}" guest /guest "$@"
}

inspect() { room docker inspect -f "$2" "$1"; }
address() { inspect "$1" '{{.NetworkSettings.Networks.app.IPAddress}}'; }
