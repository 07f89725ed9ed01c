#!/usr/bin/env bats
# The lines of docs/container.md, taken from there, among containers of docker; then without each flag. Builds the static
# binary first.
bats_require_minimum_version 1.5.0
load ../room.bash
load ../docker.bash

TOP=$(cd "$ROOM_TESTS/../.." && pwd)
docs=$TOP/docs/container.md

setup_file() {
	(cd "$TOP" && make/dist) || return
	room_open
	docker_start
	room docker network create app
	guest web -- answer 8080
	guest leaky --user 1000 -- leak "$(address web)" 8080 40
	leave_time_waits
	build=$(sed -n 's/^make dist && docker //p' "$docs")
	read -ra build <<<"$build"
	room_in "$TOP" docker "${build[@]}" >"$ROOM/build.log" || { cat "$ROOM/build.log"; return 1; }
	within 60 has 40 'container == leaky and state == close-wait'
}

teardown_file() { room_close; }

# In a namespace of `ip netns` that no process is in any more.
leave_time_waits() {
	room ip netns add lonely
	room ip -n lonely link set lo up
	room_background server ip netns exec lonely "$ROOM/guest" answer 7000
	room_background client ip netns exec lonely "$ROOM/guest" leak 127.0.0.1 7000 5
	within 60 has 5 'peer-port == 7000 and state == close-wait'
	room sh -c 'ip netns pids lonely | xargs kill -KILL'
	within 60 has 5 'local-port == 7000 and state == time-wait'
}

# Sets $line to the words behind `docker run` in the document, but for the terminal, and ARGUMENTs in place of `check`.
run_line() { # [without FLAG] [with FLAG] -- ARGUMENT...
	local words word
	words=$(awk '/^docker run/ { on = 1 } on { print } on && /unfin check$/ { exit }' "$docs" | tr -d '\\\n')
	read -ra words <<<"$words"
	[ "${words[*]:0:2} ${words[*]: -3}" = "docker run unfin unfin check" ] || { echo "not the line: ${words[*]}"; return 1; }
	line=()
	for word in "${words[@]:2}"; do
		[[ $word == -it || ( $1 == without && $word == "$2" ) ]] || line+=("$word")
	done
	[ "$1" != without ] || shift 2
	[ "$1" != with ] || { line=("$2" "${line[@]}") && shift 2; }
	line=("${line[@]:0:${#line[@]}-1}" "${@:2}")
}

in_docker() { # as run_line
	run_line "$@" && room docker run "${line[@]}"
}

@test "the image is the stripped binary, and nothing else is sent" {
	size=$(stat -c %s "$TOP/build-dist/image/unfin")
	[ "$(room docker image inspect -f '{{.Size}}' unfin)" = "$size" ]
	[[ $(file "$TOP/build-dist/image/unfin") == *", stripped"* ]]
	[ "$(find "$TOP/build-dist/image" -type f | wc -l)" = 1 ]
	sent=$(sed -n 's/.*build context to Docker daemon *\([0-9.]*\)MB.*/\1/p' "$ROOM/build.log" | tail -1)
	awk -v sent="$sent" -v size="$size" 'BEGIN { exit !(sent * 1e6 < size + 5e5) }'
}

@test "the line sees what the host sees: containers, users, both ends, a namespace without a process" {
	[ "$(in_docker -- list -q -H 'container == leaky and state == close-wait' | wc -l)" = 40 ]
	[ "$(in_docker -- list -q -H -c user 'container == web' | sort -u | tr -d ' ')" = root ]
	[ "$(in_docker -- list -q -H 'local-port == 7000 and state == time-wait' | wc -l)" = 5 ]
	[ "$(in_docker -- list -q -H -c netns 'local-port == 7000' | sort -u | tr -d ' ')" = lonely ]
	run in_docker -- check -q --json --window 2s
	jq -e '[.findings[] | select(.id == "never-closed")] | length == 1 and (.[0] |
		.subject.container.name == "leaky" and any(.others[]; .container.name == "web"))' <<<"$output"
	jq -e '[.coverage.gaps[].what | select(test("calls|namespaces"))] == []' <<<"$output"
	[ "$(jq -r .host <<<"$output")" = "$(uname -n)" ]
}

@test "podman takes the same words, as root" {
	podman build -f "$TOP/Containerfile" -t unfin "$TOP/build-dist/image"
	run_line --
	run podman run --ulimit nofile=1000:1000 --ulimit nproc=1000:1000 --cgroup-parent "$room_cgroup" "${line[@]}" \
		list -q -H 'container == leaky and state == close-wait'
	[ "${#lines[@]}" = 40 ]
}

podman() { room podman --cgroup-manager=cgroupfs --runtime runc --log-level=error "$@"; }

# But for the pid namespace: the room is one, and no host.
missing() { jq -r '[.features[] | select(.ok | not) | .id] - ["pid-namespace"] | join(" ")' <<<"$output"; }

@test "CAP_NET_ADMIN adds conntrack and reclaim, and the fix is not the very line" {
	run in_docker -- doctor --json
	[ "$(missing)" = "sock-destroy conntrack" ]
	jq -e '[.features[] | select(.id == "sock-destroy", .id == "conntrack") | .mend | contains("--cap-add=NET_ADMIN")] | all' <<<"$output"
	run in_docker with --cap-add=NET_ADMIN -- doctor --json
	[ "$(missing)" = "" ]
}

@test "without --pid=host no process is seen, and it is said" {
	run in_docker without --pid=host -- list -H 'container == leaky'
	[[ $output == *--pid=host* ]]
	[ "$(grep -c CLOSE-WAIT <<<"$output")" = 0 ]
}

@test "without --net=host the report has the container's id for the host's name" {
	run in_docker without --net=host -- check -q --json --window 0
	[[ $(jq -r .host <<<"$output") =~ ^[0-9a-f]{12}$ ]]
}

@test "without SYS_ADMIN other namespaces stay closed, and failing calls unseen; both are said" {
	run in_docker without --cap-add=SYS_ADMIN -- check -q --json --window 2s
	jq -e '(.coverage.complete | not) and any(.coverage.gaps[]; .mend // "" | contains("--cap-add=SYS_ADMIN"))' <<<"$output"
}

@test "without SYS_PTRACE it is said, too, and that names are lost" {
	run in_docker without --cap-add=SYS_PTRACE -- check -q --json --window 0
	jq -e 'any(.coverage.gaps[]; .what == "names of users and containers")' <<<"$output"
	jq -e 'any(.coverage.gaps[]; .mend // "" | contains("--cap-add=SYS_PTRACE"))' <<<"$output"
}

@test "in one's own container, without any right: its own sockets, all of them" {
	room docker run -d --name own -v "$TOP/build-dist/image/unfin:/unfin:ro" guest /guest keep 7000
	room docker exec -d own /guest idle 127.0.0.1 7000 9
	within 60 has 19 'comm == guest' --netns own
	run -0 room docker exec own /unfin check -q --json --netns self --window 0
	jq -e '.coverage.complete and .findings == []' <<<"$output"
	[ "$(room docker exec own /unfin list -q -H --netns self 'comm == guest' | wc -l)" = 19 ]
	run room docker exec own /unfin doctor
	[[ $output != *systemd-run* && $output != *"sudo unfin"* ]]
}
