#!/usr/bin/env bats
# unfin top in a real terminal: what its first screen answers, every key at two sizes, and the terminal afterwards.
bats_require_minimum_version 1.5.0
load top.bash

setup() { need_top; }
teardown() { close_term; }

every_key() { # SIZE
	open_term "$1" "UNFIN_FILTER=kill \$UNFIN top --from $(golden incident-window)"
	shows '^> 1\. critical never-closed \(likely\): fetch-profiles\[19049\]'
	key k && shows '^> critical on host1'
	key Enter && shows '^states   ESTAB 160|^1\. critical never-closed'
	key End && shows '^         TIME-WAIT is normal|no sysctl'
	key G g Home && shows '^critical on host1'
	key q && shows '^> critical on host1'
	key j && shows '^> 1\. critical never-closed'
	key Down && shows '^>    and so: critical ports-exhausted'
	key Up Right && shows '^critical never-closed \(likely\)'
	key j k PPage NPage C-f C-b Space && shows 'line [0-9]+ of'
	key e && shows '^never-closed: the peer has finished'
	key Escape && shows '^critical never-closed|line [0-9]+ of'
	key h && shows '^> 1\. critical never-closed'
	key l && shows '^critical never-closed'
	key BSpace && shows '^> 1\. critical never-closed'
	key Tab && shows '^> fetch-prof'
	key Enter && shows "299 unfinished of 299 connections: CLOSE-WAIT 299"
	key Left && shows '^> fetch-prof'
	key BTab && shows '^> 1\. critical never-closed'
	key s && shows 'programs by Oldest'
	key F6 && shows 'programs by Growth'
	key p && shows 'paused'
	key F8 && shows_not 'paused'
	key t && shows 'nothing to replay'
	key F7 r F5 C-l && shows 'programs by Growth'
	key '?' && shows 'what is wrong on this host, as it is now'
	key F1 F1 q && shows '^> 1\. critical never-closed'
	key / && shows '^filter: ?$'
	type_text 'aeg > 3' && shows '\^ no field is called "aeg"; did you mean age\?'
	key Enter && shows '^filter: aeg > 3'
	key C-u && type_text 'comm == orders-apj' && key BSpace Left DC && type_text pi && key Home End Enter
	shows 'narrowed: sockets that match comm == orders-api'
	key F4 C-a C-e Escape && shows 'programs by Growth'
	key Escape && shows_not 'sockets that match'
	key g && shows '^> critical on host1'
	[ "$1" != 80x24 ] || { click 5 10 && shows '^> 1\. critical never-closed'; }
	[ "$1" != 80x24 ] || { click 5 10 && shows '^critical never-closed' && key q; }
	key C-z && shows 'Stopped'
	type_text fg && key Enter && shows 'programs by Growth'
	key q && shows 'ready\$ ?$'
	type_text 'echo "status $?"' && key Enter && shows '^status 0$'
}

@test "every key, at 80x24" { every_key 80x24; }
@test "every key, at 200x60" { every_key 200x60; }

@test "the first screen of the incident: which program, since when, when it ends, who suffers, what to type" {
	TZ=UTC run "$UNFIN" top --from "$(golden incident-window)" --once
	[ "$status" = 1 ]
	grep -q '1. critical never-closed (likely): fetch-profiles\[19049\]' <<<"$output"
	grep -q 'since    2026-11-22 14:16:10 UTC (21 s ago): the oldest of them, 8 ms$' <<<"$output"
	grep -q '  after fetch-profiles\[19049\] was started$' <<<"$output"
	grep -q 'ends     now: bind(port 0) on 0.0.0.0, 356 of 356 used' <<<"$output"
	grep -q ' in 40 s (14:17:11): ports to 127.0.0.1:8080, 299 of 356 used' <<<"$output"
	[ "$(grep -c 'suffers  login-service\[19606\]' <<<"$output")" = 1 ]
	grep -q 'now      restart it (pid 19049' <<<"$output"
	grep -q "for real: unfin reclaim 'pid == 19049' --limit 299 --apply" <<<"$output"
	grep -q 'fetch-profi+\[19049\] ' <<<"$output"
	[ "${#lines[@]}" -le 24 ]
}

@test "of every kept window the page of the verdict is that of check, line by line" {
	for sql in "$BATS_TEST_DIRNAME"/../golden/*-window.sql; do
		name=$(basename "$sql" .sql)
		moment=$(golden "$name")
		status=0 said=0
		"$UNFIN" check --from "$moment" >"$BATS_TEST_TMPDIR/check" || status=$?
		"$UNFIN" top --from "$moment" --once --size 102x900 >"$BATS_TEST_TMPDIR/marked" || said=$?
		sed 's/^[>|]/ /' "$BATS_TEST_TMPDIR/marked" >"$BATS_TEST_TMPDIR/top"
		[ "$status" = "$said" ] || { echo "$name: check $status, top $said"; return 1; }
		# Every word of check, in its order, is on the screen: with room enough nothing is left out.
		diff <(head -n 1 "$BATS_TEST_TMPDIR/check" | tr -s ' \n' '\n') \
			<(sed '/^  as it was /,$d' "$BATS_TEST_TMPDIR/top" | tr -s ' \n' '\n' | sed '/^$/d') || { echo "$name: headline"; return 1; }
		diff <(sed '1d; /^not seen /,$d; /^note /,$d' "$BATS_TEST_TMPDIR/check" | tr -s ' \n' '\n' | sed '/^$/d') \
			<(sed '1,/^  as it was /d; /^  Program  /,$d' "$BATS_TEST_TMPDIR/top" | sed '/^  not seen /d' |
				tr -s ' \n' '\n' | sed '/^$/d') || { echo "$name: findings"; return 1; }
	done
}

@test "what it needs and does not find is told: a terminal, a known one, a file, a size, an expression" {
	run -2 "$UNFIN" top </dev/null
	[[ $output == *"needs a terminal"*"unfin check"* ]]
	run -2 "$UNFIN" top --once --size 10x3
	[[ $output == *"no size of a screen"* ]]
	run -4 "$UNFIN" top --once --from /nowhere/file
	[[ $output == *"/nowhere/file: No such file"* ]]
	run -2 "$UNFIN" top --once 'aeg > 3'
	[[ $output == *'no field is called "aeg"'* ]]
	open_term 100x24 "TERM=nonsense \$UNFIN top; echo \"status \$?\"; TERM=dumb \$UNFIN top; echo \"status \$?\""
	shows 'nothing is known here of this terminal, TERM=nonsense'
	shows 'TERM=dumb, cannot move its cursor'
	shows '^status 4$'
}

@test "kill -TERM, kill -HUP and Ctrl-C leave the terminal as it was" {
	local pid
	for how in TERM HUP C-c; do
		open_term 80x24 "stty -a >$BATS_TEST_TMPDIR/before; \$UNFIN top --from $(golden incident-window); echo \"status \$?\"; stty -a >$BATS_TEST_TMPDIR/after"
		shows '^> 1\.'
		pid=$(top_pid)
		[ "$how" = C-c ] && key C-c || kill "-$how" "$pid"
		shows '^status 130$'
		diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
		! screen | grep -q 'Enter Open'
		close_term
	done
}

@test "it looks by itself: the incident as it grows, resized while it draws, and no process is left" {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	open_term 80x24 "\$UNFIN lab incident --seed 7 -q -- env UNFIN_FILTER=kill \$UNFIN top --window 500ms; echo \"status \$?\""
	shows '^> 1\. critical never-closed \(likely\): fetch-profiles'
	shows 'suffers  login-service'
	for size in 100x30 40x10 200x60 39x9 80x24 120x20; do
		term resize-window -x "${size%x*}" -y "${size#*x}"
	done
	shows 'looking every 500 ms|looks cost much: every'
	shows '^> 1\. critical never-closed'
	type_text / && type_text 'comm == login-service' && key Enter && shows 'narrowed: sockets that match'
	key Escape && shows_not 'sockets that match'
	key q && shows '^status 0$'
}

@test "a history that cannot be read is told, and is not taken for none" {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	mkdir "$BATS_TEST_TMPDIR/state" && echo 'no database' >"$BATS_TEST_TMPDIR/state/$(date -u +%F).unfin"
	open_term 100x24 "cd $BATS_TEST_TMPDIR; unshare -n env UNFIN_NETNS=self \$UNFIN top --state state"
	shows 'not seen the history in state: it is damaged'
	key t && shows 'nothing to replay: what the agent has kept here cannot be read'
	key q && shows 'ready\$ ?$'
}

# Hundredths of a second that the process has had of a processor.
spent() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

@test "between two pictures it waits, also in a short window" {
	local pid before
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	open_term 80x24 "unshare -n env UNFIN_NETNS=self \$UNFIN top --window 100ms"
	shows 'looking every|looks cost much: every'
	pid=$(top_pid)
	before=$(spent "$pid")
	sleep 3 # a time to measure in: who turns in circles takes a quarter of it
	(($(spent "$pid") - before < 20))
	key q && shows 'ready\$ ?$'
}

@test "where looks are rare, states are counted between them, the rest says how old it is, and a key gets a look" {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	open_term 100x24 "\$UNFIN lab population -q --count 10000 -- env UNFIN_FILTER=kill \$UNFIN top --window 50ms; echo \"status \$?\""
	shows '^looks cost much: every [0-9]+(ms|s), ([0-9]+s ago|just now)(; states every [0-9]+ms)? '
	shows '^looks cost much: .*; states every [0-9]+ms [|] programs by'
	shows '^  states +ESTAB [0-9],[0-9]+ '
	key p && shows '^looks cost much: .* ([4-9]|[1-9][0-9])s ago(; states ([4-9]|[1-9][0-9])s ago)? [|] paused'
	key r && shows '^looks cost much: .*, (just now|[1-3]s ago)'
	key Enter && shows '^looks cost much: every [0-9]+(ms|s), [^;]* ago [|] line 1 of'
	key q q && shows '^status 0$'
}

@test "where the process that looks ends while nothing is asked of it, that is told" {
	open_term 80x24 "\$UNFIN top --from $(golden incident-window); echo \"status \$?\""
	shows '^> 1\. critical never-closed'
	kill -KILL "$(pgrep -P "$(top_pid)")"
	shows 'the process that looks has ended'
	shows '^status 4$'
}

@test "what an ordinary user cannot see is on the screen, and nothing is said over it" {
	[ "$(id -u)" = 0 ] || skip "needs root, to become another user"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR"
	install -m 755 "$UNFIN" "${UNFIN%/*}/unfin-top" "$BATS_TEST_TMPDIR"
	run setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Ur true 2>/dev/null
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$BATS_TEST_TMPDIR/unfin" top --netns self --once --window 200ms --size 120x30
	[ "$status" = 3 ] || [ "$status" = 1 ]
	grep -q '^[ |] not seen ' <<<"$output"
	! grep -q 'nothing wrong' <<<"$output"
}

# A client with a name of that kind keeps what its server has finished; then this process becomes unfin top.
write_hostile() {
	cat >"$BATS_TEST_TMPDIR/hostile.py" <<-'P'
		import ctypes, os, socket, time
		server = socket.create_server(("127.0.0.1", 8080))
		client = socket.create_connection(("127.0.0.1", 8080))
		server.accept()[0].close()
		ready, told = os.pipe()
		if not os.fork():
		    ctypes.CDLL(None).prctl(15, b"\x1b[2J\n\xe6\x97\xa5\xcc\x81", 0, 0, 0)
		    ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
		    os.write(told, b"x")
		    client.recv(1)
		    while True: time.sleep(60)
		client.close()
		os.read(ready, 1)
		os.environ["UNFIN_NETNS"] = "self"
		os.execvp(os.environ["UNFIN"], [os.environ["UNFIN"], "top", "--window", "500ms"])
	P
}

@test "names that others chose cannot break the screen" {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	write_hostile
	open_term 100x24 "unshare -n bash -c 'ip link set lo up; exec python3 $BATS_TEST_TMPDIR/hostile.py'"
	shows '^> 1\. '
	shows '"\\x1b\[2J\\x0a日\\xcc\\x81"\['
	key Tab && shows '^> "\\x1b\[2J\\x0a'
	shows '^Enter Open  e Explain'
	[ "$(screen | grep -c 'Enter Open')" = 1 ]
	key q && shows 'ready\$ ?$'
}

@test "the agent's last moment is shown, replayed, and what is remembered of a finding" {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	cd "$BATS_TEST_TMPDIR"
	"$UNFIN" lab incident --seed 7 -q -- bash -euo pipefail -c '
		"$UNFIN" agent --no-web --interval 500ms --state state --run run >/dev/null 2>&1 & agent=$!
		for _ in $(seq 300); do ! jq -e ".cycles >= 3" run/agent.json >/dev/null 2>&1 || break; sleep 0.05; done
		cp -r run kept-run
		kill "$agent"; wait "$agent" || true'
	cp -r kept-run run2
	touch run2/moment
	unset UNFIN_NETNS
	open_term 80x24 "cd $BATS_TEST_TMPDIR; \$UNFIN top --run run2 --state state"
	shows 'the agent looks every'
	shows '^> 1\. critical never-closed'
	key Enter G && shows 'as it was judged then|key      never-closed'
	key q t && shows 'kept moment [0-9]+ of [0-9]+'
	shows 'the agent looks every' # it has come back to now
	key t p && shows 'kept moment 1 of' && key Escape && shows 'the agent looks every'
	key q && shows 'ready\$ ?$'
}

@test "a terminal that goes away ends it" {
	local shell pid
	open_term 80x24 "\$UNFIN top --from $(golden incident-window)"
	shows '^> 1\. critical never-closed'
	shell=$(term display-message -p '#{pane_pid}')
	pid=$(pgrep -P "$shell")
	kill -KILL "$(term display-message -p '#{pid}')"
	for _ in $(seq 100); do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.05
	done
	kill -KILL "$pid"
	false
}
