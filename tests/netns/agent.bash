# Helpers for agent.bats, within a lab's namespace: one agent, with its folders here.
# shellcheck shell=bash
: "${UNFIN:?}"
export UNFIN_NETNS=self
page=--no-web # most have no need of one
# shellcheck disable=SC2046 # one pid a word
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT # also where a step of a story does not come true

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
	# shellcheck disable=SC2086 # no word, or one
	"$UNFIN" agent $page --state "$PWD/state" --run "$PWD/run" "$@" 2>>agent.log &
	agent=$!
	until_true 60 agent_writes
}

# The same with its page, on the usual port of this namespace.
page_start() { page="" agent_start "$@"; }
page_keeper() { child_of "$agent"; }
page_pid() { child_of "$(page_keeper)"; }
child_of() { tr -d ' ' <"/proc/$1/task/$1/children"; }
answers() { curl -sf -m 10 -o page http://127.0.0.1:9779/; }

# Its own status, and not that of one that was killed.
agent_writes() { [[ $(agent_status .pid) == "$agent" ]]; }

agent_status() { jq -r "$1" run/agent.json 2>/dev/null; }

# By a cycle: what it saw first is shown, and is in no history.
agent_judged() { [[ $(agent_verdict) == "$1" ]]; }

agent_wrong() { [[ $(agent_verdict) == @(warning|critical) ]]; }

agent_verdict() { agent_status 'select(.cycles > 0).verdict'; }

# So many more cycles have passed.
agent_cycles() {
	local end=$(($(agent_status .cycles) + $1))
	until_true 90 agent_reached "$end"
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

# server_starts NAME: a program that ends each connection to port 8080, once it serves; `server` is its pid
server_starts() {
	program "$1" 's = socket.create_server(("127.0.0.1", 8080), backlog=64)
open("serves", "w")
while True:
	c = s.accept()[0]
	c.recv(9); c.sendall(b"k"); c.close()'
	"./$1" &
	server=$!
	until_true 20 test -e serves
}

# client_closes SECONDS: its client that closes each, and opens one so often; `client` is its pid
client_closes() {
	program fetch-profiles "while True:
	c = socket.create_connection(('127.0.0.1', 8080)); c.sendall(b'x'); c.recv(9); c.recv(9); c.close(); time.sleep($1)"
	./fetch-profiles &
	client=$!
}

# The client's next release, which closes none.
client_leaks() {
	program fetch-profiles 'left = []
while True:
	c = socket.create_connection(("127.0.0.1", 8080)); c.sendall(b"x"); left.append(c); time.sleep(0.02)'
	./fetch-profiles &
	client=$!
}

# A server that ends each connection, its client that closes them, and then the client's next release, which does not.
release_story() {
	ip link set lo up
	server_starts server
	sysctl -qw net.ipv4.ip_local_port_range="20000 20999"
	agent_start --interval 500ms
	client_closes 0.02
	agent_cycles 3
	kill "$client"
	client_leaks
	until_true 60 agent_wrong
	agent_cycles 1
	kill "$client"
	until_true 60 agent_judged ok
	agent_cycles 4
	agent_stop
	kill "$server"
	judge_kept >judged
}

# The same release while no agent runs, beside a server that ran before and goes on. `between` comes before the second
# agent, `after` when it has found what is wrong.
between=() after=()
absent_story() {
	ip link set lo up
	server_starts server
	sysctl -qw net.ipv4.ip_local_port_range="20000 20999"
	client_closes 0.02
	agent_start --interval 500ms
	agent_cycles 2
	agent_stop
	kill "$client"
	program server '# another version: whoever runs already does not run it'
	client_leaks
	"${between[@]}"
	agent_start --interval 500ms
	until_true 60 agent_wrong
	agent_cycles 2
	"${after[@]}"
	agent_stop
	kill "$client" "$server"
}

# What `check --at` says of each moment that was kept.
judge_kept() {
	local at
	for at in $(sqlite3 state/*.unfin "select strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') from moment order by at_ms"); do
		"$UNFIN" check --state state --at "$at" --json -q | jq -r .verdict
	done
}

agent_says() { grep -q "$1" agent.log; }

# A disk that fills up and empties again; the agent stopped for a while, then killed and started again; settings.
trouble_story() {
	ip link set lo up
	mkdir state && mount -t tmpfs -o size=400k,mode=750 tmpfs state
	echo 'interval = 300ms' >unfin.conf
	agent_start --config unfin.conf
	agent_status .interval_asked_ms
	dd if=/dev/zero of=state/fill bs=1k 2>/dev/null || true
	until_true 60 agent_says 'the disk is full'
	rm state/fill
	until_true 60 agent_says 'written again'
	# so long that it counts as a gap: over five seconds, and over three of its intervals
	kill -STOP "$agent" && sleep $((6 + 4 * $(agent_status .interval_ms) / 1000)) && kill -CONT "$agent"
	agent_cycles 2
	kill -KILL "$agent"
	wait "$agent" || true
	agent_start --config unfin.conf
	echo 'intervall = 1s' >unfin.conf
	kill -HUP "$agent"
	until_true 60 agent_says 'stay as they were'
	agent_cycles 2
	agent_status .interval_asked_ms
	echo 'interval = 400ms' >unfin.conf
	kill -HUP "$agent"
	until_true 60 agent_says 'read anew'
	agent_cycles 2
	agent_status .interval_asked_ms
	agent_stop
	cp -r state kept
}

# Its settings are read anew: it sees what it sees as before. What is freed is overwritten at once.
reload_story() {
	ip link set lo up
	"$UNFIN" fleet key key &>/dev/null
	MALLOC_PERTURB_=165 agent_start --interval 300ms --fleet-key key
	agent_cycles 1
	sqlite3 run/moment 'select fleet_key_id from moment'
	kill -HUP "$agent"
	until_true 60 agent_says 'read anew'
	agent_cycles 2
	sqlite3 run/moment 'select fleet_key_id from moment'
	agent_stop
}

# set_clock SECONDS: what the agent's clock is off by, from now on
set_clock() { printf '%-20s' "$1" | dd of=offset conv=notrunc status=none; }

# An agent beside a leak that does not move; its clock is set, and it is stopped for a while.
clock_story() {
	set_clock 0
	export CLOCK_OFFSET=$PWD/offset
	LD_PRELOAD=$PWD/clock.so agent_start --interval 300ms
	until_true 60 agent_says 'never-closed began'
	agent_cycles 4
	grep -c never-closed agent.log >told-before
	set_clock 3600
	until_true 60 agent_says 'set forward'
	agent_cycles 4
	kill -STOP "$agent" && sleep 3 && kill -CONT "$agent"
	agent_cycles 3
	set_clock 0
	until_true 60 agent_says 'set back'
	agent_cycles 4
	cp run/metrics .
	agent_stop
}

# Beside a leak, with days of before; its clock goes forward by three weeks, and back.
weeks_story() {
	local day
	set_clock 0
	export CLOCK_OFFSET=$PWD/offset
	agent_start --interval 300ms
	agent_cycles 1
	agent_stop
	date -u +%F.unfin >today
	for day in 1 2 3 5 8 12; do
		cp state/"$(<today)" state/"$(date -u -d "$day days ago" +%F)".unfin
	done
	ls state >before
	LD_PRELOAD=$PWD/clock.so agent_start --interval 300ms
	until_true 60 agent_says 'never-closed began'
	set_clock $((20 * 86400))
	until_true 60 agent_says 'set forward'
	agent_cycles 4
	set_clock 0
	until_true 60 agent_says 'set back'
	agent_cycles 4
	agent_stop
}

# Another program reads the history, as a backup does, until it is let go.
history_held() {
	rm -f held
	python3 - state/*.unfin <<-'END' &
		import os, sqlite3, sys, time
		db = sqlite3.connect(sys.argv[1], isolation_level=None)
		db.execute("BEGIN")
		db.execute("SELECT count(*) FROM look").fetchall()
		open("held", "w")
		while os.path.exists("held"): time.sleep(0.05)
	END
	until_true 20 test -e held
}
history_let_go() {
	agent_says 'another program has it locked' || exit 1
	rm held
	until_true 60 agent_says 'written again'
	agent_cycles 4
}

# A leak that an agent has found; the next one cannot open its history at once.
locked_story() {
	agent_start --interval 300ms
	until_true 60 agent_says 'never-closed began'
	agent_cycles 2
	agent_stop
	sqlite3 state/*.unfin "select first_ms from finding where id = 'never-closed'" >began
	history_held
	agent_start --interval 300ms
	until_true 60 agent_wrong
	agent_cycles 2
	history_let_go
	agent_stop
}
