# Helpers for agent.bats, within a lab's namespace: one agent, with its folders here. shellcheck shell=bash
: "${UNFIN:?}"

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
