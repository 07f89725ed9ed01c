#!/usr/bin/env bats
# The agent and what it remembers, on faults from the lab.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	cd "$BATS_TEST_TMPDIR" || return
	export UNFIN UNFIN_FILTER=kill # a system call that is in no table of the agent's filter ends it
}

# in_lab FAULT SCRIPT: the script runs beside the fault, with the agent's helpers
in_lab() {
	"$UNFIN" lab "$1" -q -- bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; $2"
}

@test "the incident: what it finds is remembered, and Ctrl-C leaves nothing" {
	in_lab incident 'agent_start --interval 300ms; until_true 20 agent_judged critical; agent_stop'
	[[ -z $(ls run) && $(ls state) == *.unfin ]] # one file, nothing beside it
	run --separate-stderr -1 "$UNFIN" history --state state --json
	jq -e '(.findings[] | select(.id == "never-closed")) as $leak |
		(.findings[] | select(.id == "ports-exhausted")) as $ports |
		$leak.subject.comm == "fetch-profiles" and $leak.count_max > 100 and $leak.highest == "critical" and
		$leak.ended_at == null and $ports.caused_by == $leak.key and .coverage.complete' <<<"$output"
	run --separate-stderr -1 "$UNFIN" history --state state
	[[ $output == *"critical  never-closed "*"fetch-profiles["*"to 127.0.0.1:8080"* ]]
}

@test "no history: said, with the way on" {
	run -4 "$UNFIN" history --state nowhere
	[[ $output == *"nobody has kept one there"*"unfin agent"* ]]
}
