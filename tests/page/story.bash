# What the page is tried on: the incident as an agent has lived through it, and a crowd. Run within a network namespace
# of its own, in an empty folder.
# shellcheck shell=bash
# shellcheck source=tests/netns/agent.bash
. "${BASH_SOURCE%/*}/../netns/agent.bash"

# serve PORT OPTION...: unfin web, once it answers
serve() {
	local port=$1
	shift
	"$UNFIN" web --web.listen-address "127.0.0.1:$port" "$@" 2>>web.log &
	until_true 20 curl -sf -m 10 -o /dev/null "http://127.0.0.1:$port/-/healthy"
}

# All is well; then the client's next release does not close, and who binds a port finds none. It goes on.
incident_begins() {
	ip link set lo up
	sysctl -qw net.ipv4.ip_local_port_range="20000 20399"
	server_starts profile-server
	agent_start --interval 500ms
	client_closes 0.5
	agent_cycles 2
	kill "$client"
	program fetch-profiles 'import os
left, every = [], float(os.environ.get("LEAK_EVERY", "0.015"))
while True:
	try:
		c = socket.create_connection(("127.0.0.1", 8080)); c.sendall(b"x"); c.recv(9); c.recv(9); left.append(c)
	except OSError: pass
	time.sleep(every)'
	./fetch-profiles &
	program login-service 'while True:
	try:
		s = socket.socket(); s.bind(("0.0.0.0", 0)); s.close()
	except OSError: pass
	time.sleep(0.2)'
	./login-service &
	until_true 90 agent_judged critical
	until_true 90 stays_with_the_victim
}

fails_are_seen() {
	{ "$UNFIN" check --from run/moment --json -q || true; } |
		jq -e 'any(.findings[].victims[]; .process.comm == "login-service")' >/dev/null
}

# The last moment stays as it is: whoever asks is told the same. Not each has a failure of that program in its window.
stays_with_the_victim() {
	kill -STOP "$agent"
	fails_are_seen || { kill -CONT "$agent" && return 1; }
}

incident_ends() {
	kill -CONT "$agent"
	agent_stop || true
}

# crowd SOCKETS: a kept moment of so many
crowd() { env -u UNFIN_NETNS "$UNFIN" lab population --count "$1" -q -- "$UNFIN" record -q "$PWD/crowd.unfin" --window 0; }
