#!/usr/bin/env bats
# The agent's page: a child without rights, there when the agent is there, and gone when it is gone.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	[ -x "${UNFIN%/*}/unfin-web" ] || skip "unfin-web is not built (libmicrohttpd-dev is missing)"
	command -v curl >/dev/null || skip "curl is not installed"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" # the page's user has to get there
	cd "$BATS_TEST_TMPDIR" || return
	export UNFIN UNFIN_FILTER=kill
}

story() { # SCRIPT: with the agent's helpers, in a namespace of its own
	unshare -n bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; ip link set lo up; $1"
}

@test "the page is there at once, by nobody without a right; another one comes when it dies; Ctrl-C leaves nothing" {
	story '
		page_start; until_true 20 answers; cp page first
		cat /proc/"$(page_pid)"/status >status
		agent_cycles 1; curl -sf -m 10 http://127.0.0.1:9779/api/v1/counts | jq -e ".schema == \"unfin.counts/1\""
		kill -KILL "$(page_pid)"; until_true 20 agent_says "started again in 1 s"; until_true 20 answers
		kept="$(page_keeper) $(page_pid)"
		agent_stop
		for pid in $agent $kept; do [ ! -e /proc/"$pid" ] || exit 1; done'
	[[ -z $(ls run) ]]
	grep -q '<title>.*: nothing wrong</title>' first
	[[ $(awk '/^(Uid|CapEff|CapPrm|NoNewPrivs|Seccomp):/ { print $2 }' status | xargs) =~ ^[1-9][0-9]*\ 0+\ 0+\ 1\ [02]$ ]]
}

@test "beneath a parent that ignores how its children end, the page is started again all the same" {
	printf '#!/bin/sh\nexec env --ignore-signal=CHLD %q "$@"\n' "$UNFIN" >ignoring && chmod 755 ignoring
	UNFIN=$PWD/ignoring story 'page_start; until_true 20 answers; kill -KILL "$(page_pid)"
		until_true 20 agent_says "ended (signal 9); it is started again in 1 s"; until_true 20 answers; agent_stop'
}

@test "a kill of the agent ends its page; a port that is taken is told with who has it, and the agent goes on" {
	story '
		page_start; until_true 20 answers; kept="$(page_keeper) $(page_pid)"
		kill -KILL "$agent"; wait "$agent"
		for pid in $kept; do until_true 20 test ! -e /proc/"$pid"; done
		python3 -c "import socket, time; s = socket.create_server((\"127.0.0.1\", 9779)); open(\"taken\", \"w\"); time.sleep(60)" & other=$!
		until_true 20 test -e taken
		page_start; until_true 20 agent_says "goes on without the page"; agent_cycles 1
		kill "$other"; until_true 20 answers; until_true 20 agent_says "the page is there now"
		agent_stop'
	grep -q '^unfin: 127.0.0.1:9779 is taken: python3\[[0-9]*\].* listens there' agent.log
	[[ $(grep -c 'is taken' agent.log) == 1 && -z $(ls run) ]]
}

@test "a page that cannot be by its settings is told with the place, and not tried again" {
	story '
		echo "tls_sever_config: {}" >web.yml
		page_start --web.config.file web.yml; until_true 20 agent_says "it goes on without the page"; agent_cycles 1
		[[ -z $(page_pid) ]]
		agent_stop'
	grep -q 'web.yml' agent.log && ! grep -q 'tries again' agent.log
}

@test "page and command beside each other: both end with the agent; a new one may begin at once after a kill" {
	story '
		printf "#!/bin/sh\n" >told; chmod +x told
		page_start --notify-command "$PWD/told"; until_true 20 answers
		kill -KILL "$agent"; wait "$agent"
		page_start --notify-command "$PWD/told"; agent_cycles 1
		kill -INT "$agent"; until_true 20 test ! -e /proc/"$agent"'
	[[ -z $(ls run) && $(<agent.log) != *"another unfin agent"* ]]
}

@test "the page judges as the agent does, by its command line and its file, each thing once" {
	story '
		echo "ignore = never-closed" >unfin.conf
		page_start --interval 300ms --config unfin.conf --ignore hung-owner --warning-eta 90m; until_true 20 answers
		curl -sf -m 10 http://127.0.0.1:9779/api/v1/check >check
		before=$(page_pid); echo "ignore = stale-pool" >>unfin.conf; kill -HUP "$agent"
		narrowed() { curl -sf -m 10 http://127.0.0.1:9779/api/v1/check | jq -e ".narrowed | any(contains(\"stale-pool\"))"; }
		until_true 20 narrowed; [[ $(page_pid) != "$before" ]]; agent_cycles 1
		echo "ignore = nothing-such" >>unfin.conf; kill -HUP "$agent"; until_true 20 agent_says "stay as they were"; narrowed
		agent_stop'
	[[ -z $(ls run) && $(<agent.log) != *"started again"* ]]
	jq -e '.narrowed | any(. == "ignore hung-owner, never-closed (command line and unfin.conf:1)") and
		any(startswith("warning-eta "))' check
}
