# Helpers for agent.bats, within a lab's namespace: one agent, with its folders here.
# shellcheck shell=bash
: "${UNFIN:?}"
# shellcheck disable=SC2046 # one pid a word
trap 'kill $(jobs -p) 2>/dev/null' EXIT # also where a step of a story does not come true

# until_true SECONDS CMD...
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || { echo "not within the limit: $*" && exit 1; }
		sleep 0.05
	done
}

agent_start() { # OPTION...
	"$UNFIN" agent --state "$PWD/state" --run "$PWD/run" "$@" 2>agent.log &
	agent=$!
	until_true 20 test -s run/agent.json
}

agent_status() { jq -r "$1" run/agent.json 2>/dev/null; }

agent_judged() { [[ $(agent_status .verdict) == "$1" ]]; }

agent_wrong() { [[ $(agent_status .verdict) == @(warning|critical) ]]; }

# So many more cycles have passed.
agent_cycles() {
	local end=$(($(agent_status .cycles) + $1))
	until_true 30 agent_reached "$end"
}
agent_reached() { [[ $(agent_status .cycles) -ge $1 ]]; }

agent_stop() {
	kill -INT "$agent"
	wait "$agent"
}

# program NAME PYTHON: a program of that name
program() {
	printf '#!/usr/bin/python3\nimport socket, time\n%s\n' "$2" >"$1"
	chmod +x "$1"
}

# A server that ends each connection, its client that closes them, and then the client's next release, which does not.
release_story() {
	local server client
	ip link set lo up
	export UNFIN_NETNS=self
	program server 's = socket.create_server(("127.0.0.1", 8080), backlog=64)
open("serves", "w")
while True:
	c = s.accept()[0]
	c.recv(9); c.sendall(b"k"); c.close()'
	./server & server=$!
	until_true 20 test -e serves
	sysctl -qw net.ipv4.ip_local_port_range="20000 20999"
	agent_start --interval 500ms
	program fetch-profiles 'while True:
	c = socket.create_connection(("127.0.0.1", 8080)); c.sendall(b"x"); c.recv(9); c.recv(9); c.close(); time.sleep(0.02)'
	./fetch-profiles & client=$!
	agent_cycles 3
	kill "$client"
	program fetch-profiles 'left = []
while True:
	c = socket.create_connection(("127.0.0.1", 8080)); c.sendall(b"x"); left.append(c); time.sleep(0.02)'
	./fetch-profiles & client=$!
	until_true 20 agent_wrong
	agent_cycles 1
	kill "$client"
	until_true 20 agent_judged ok
	agent_cycles 4
	agent_stop
	kill "$server"
	judge_kept >judged
}

# What `check --at` says of each moment that was kept.
judge_kept() {
	local at
	for at in $(sqlite3 state/*.unfin "select strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') from moment order by at_ms"); do
		"$UNFIN" check --state state --at "$at" --json -q | jq -r .verdict
	done
}
