#!/usr/bin/env bats
# Who is told of findings: a command, with JSON on its stdin and nothing of others in its arguments; the journal.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	cd "$BATS_TEST_TMPDIR" || return
	export UNFIN UNFIN_FILTER=kill
}

story() { # SCRIPT: with the agent's helpers, beside an incident
	"$UNFIN" lab incident -q -- bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; $1"
}

command_file() { # BODY
	printf '#!/bin/bash\ncd %q || exit\n%s\n' "$PWD" "$1" >page
	chmod +x page
}

@test "a command is told what begins, without a right, and without a word of others in its arguments" {
	command_file 'printf "%s\n" "$#" "$@" >>args; cat >"told-$$"; grep -h "^Cap[EP]\|NoNew" /proc/self/status >rights'
	story 'agent_start --interval 300ms --notify-command "$PWD/page  ops now"
		until_true 30 eval "ls told-* 2>/dev/null | grep -q . && grep -q never-closed told-*"
		agent_stop'
	[[ $(sort -u args | xargs) == "2 now ops" ]]
	jq -se 'all(.schema == "unfin.event/1" and .event == "began" and .suppressed == 0 and (.host | length > 0)) and
		any(.findings[0].id == "never-closed" and .findings[0].subject.comm == "fetch-profiles")' told-*
	[[ $(awk '{ print $2 }' rights | sort -u | xargs) == "0000000000000000 1" ]]
}

@test "a command that hangs, fails or reads nothing holds nobody up, and ends with the agent" {
	command_file 'echo $$ >>began; sleep 60 & echo $! >>began; wait'
	story 'agent_start --interval 300ms --notify-command "$PWD/page"
		until_true 30 test -s began; agent_cycles 4; agent_stop'
	for pid in $(<began); do [ ! -e /proc/"$pid" ] || { grep -q '^State:.*zombie' /proc/"$pid"/status; }; done
	command_file 'exit 7'
	story 'agent_start --interval 300ms --notify-command "$PWD/page"
		until_true 30 agent_says "ended with status 7"; agent_cycles 2; agent_stop'
	[[ $(grep -c 'ended with status 7' agent.log) == 1 ]]
	command_file 'kill -SEGV $$'
	story 'agent_start --interval 300ms --notify-command "$PWD/page"
		until_true 30 agent_says "which is told of findings, was ended by signal 11$"; agent_stop'
	command_file 'exit 7'
	printf '#!/bin/sh\nexec env --ignore-signal=CHLD %q "$@"\n' "$UNFIN" >ignoring && chmod 755 ignoring
	rm agent.log
	story 'UNFIN=$PWD/ignoring agent_start --interval 300ms --notify-command "$PWD/page"
		until_true 30 agent_says "ended with status 7"; agent_stop'
	run -2 "$UNFIN" agent --state state --run run --notify-command 'page ops'
	[[ $output == *'--notify-command: page is no absolute path'* ]]
	run -2 "$UNFIN" agent --state state --run run --notify-command '/nowhere/page'
	[[ $output == *'--notify-command: /nowhere/page is no program that can be run'* ]]
}

@test "the journal has an entry for what begins, with its fields" {
	cat >journal.py <<-'END'
		import socket
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind("/run/systemd/journal/socket")
		open("listens", "w")
		while True:
		    entry = s.recv(1 << 20)
		    with open("entries", "ab") as f: f.write(entry + b"\n")
	END
	"$UNFIN" lab incident -q -- unshare -m bash -c ". '$BATS_TEST_DIRNAME/agent.bash'
		mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal
		python3 journal.py & until_true 20 test -e listens
		agent_start --interval 300ms --journal; until_true 30 agent_judged critical; agent_cycles 1; agent_stop"
	grep -q '^MESSAGE=critical: never-closed began: fetch-profiles' entries
	grep -q '^UNFIN_PROGRAM=fetch-profiles$' entries && grep -q '^UNFIN_EVENT=began$' entries && grep -q '^PRIORITY=2$' entries
	[[ $(grep -c '^MESSAGE_ID=[0-9a-f]\{32\}$' entries) -ge 2 ]]
	unshare -nm bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; mount -t tmpfs tmpfs /run; ip link set lo up
		agent_start --journal; agent_stop"
	grep -q 'no entries of the journal: No such file' agent.log
}

@test "a supervisor is told of the first look, and of each cycle that has ended, with time for three" {
	cat >supervisor.py <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind(sys.argv[1].replace("@", "\0"))
		open("listens", "w")
		while True:
		    with open("signs", "ab") as f: f.write(s.recv(4096).replace(b"\n", b" ") + b"\n")
	END
	for socket in "$PWD/socket" "@unfin-test-$$"; do
		rm -f listens signs
		socket=$socket story 'python3 supervisor.py "$socket" & until_true 20 test -e listens
			NOTIFY_SOCKET=$socket WATCHDOG_USEC=600000 agent_start --interval 300ms; agent_cycles 3
			kill -STOP "$agent"; agent_status .cycles >cycles; sleep 0.5; cp signs before; sleep 1; cp signs after; kill -CONT "$agent"
			agent_stop'
		[[ $(head -n 1 signs) == READY=1 ]]
		[[ $(sed -n 2p signs) =~ ^WATCHDOG=1\ WATCHDOG_USEC=([0-9]+)$ && ${BASH_REMATCH[1]} -ge 900000 ]]
		(($(grep -c WATCHDOG before) <= $(<cycles) && $(grep -c WATCHDOG before) >= $(<cycles) - 1))
		cmp before after
	done
	rm signs
	# who does not watch is told that it is ready, no more
	story 'python3 supervisor.py "$PWD/other" & until_true 20 test -S other
		NOTIFY_SOCKET=$PWD/other agent_start --interval 300ms; agent_cycles 2; agent_stop'
	[[ $(<signs) == READY=1 ]]
}
