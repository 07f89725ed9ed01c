#!/usr/bin/env bats
# In another time namespace the clock of process start times is shifted, for us and for /proc, not for BPF programs.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -nfT --boottime 1 true 2>/dev/null || skip "no time namespaces here, or no root"
}

@test "in a time namespace of our own, processes have started when they did" {
	export UNFIN
	for offset in 100000 -1; do
		for source in bpf sock_diag; do
			run --separate-stderr unshare -nfT --boottime $offset python3 -c '
import os, socket, subprocess, sys
l = socket.socket()
l.bind(("", 0))
l.listen()
subprocess.run([os.environ["UNFIN"], "list", "--netns", "self", "--json", "--source", sys.argv[1]])' $source
			jq -e '(now - (.sockets[0].holders[0].started_at[:19] + "Z" | fromdate)) as $age | $age >= 0 and $age < 60' <<<"$output"
		done
	done
}
