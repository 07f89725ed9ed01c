# What the tests of the agent's memory share.
# shellcheck shell=bash

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

# 3: a look of a busy machine may have missed a socket that came and went
remembered() {
	run --separate-stderr "$@"
	[[ $status == [03] ]]
}
