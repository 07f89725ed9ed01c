# What the tests of the agent's memory share.
# shellcheck shell=bash

# in_lab FAULT SCRIPT: the script runs beside the fault, with the agent's helpers
in_lab() {
	"$UNFIN" lab "$1" -q -- bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; $2"
}

# 3: a look of a busy machine may have missed a socket that came and went
remembered() {
	run --separate-stderr "$@"
	[[ $status == [03] ]]
}
