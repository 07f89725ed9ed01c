#!/usr/bin/env bats
# The agent and what it remembers, on faults from the lab.
bats_require_minimum_version 1.5.0
load remembered.bash

@test "the incident: what it finds is remembered, and Ctrl-C leaves nothing" {
	in_lab incident 'agent_start --interval 300ms; until_true 20 agent_judged critical; agent_stop'
	[[ -z $(ls run) && $(ls state) == *.unfin$'\nlock' ]] # one file, nothing beside it
	run --separate-stderr -1 "$UNFIN" history --state state --json
	jq -e '(.findings[] | select(.id == "never-closed")) as $leak |
		(.findings[] | select(.id == "ports-exhausted")) as $ports |
		$leak.subject.comm == "fetch-profiles" and $leak.count_max > 100 and $leak.highest == "critical" and
		$leak.ended_at == null and $ports.caused_by == $leak.key and
		any($ports.victims[]; .program == "login-service" and .call == "bind" and .errno == "EADDRINUSE" and
			.target == "0.0.0.0:0" and .count > 0)' <<<"$output"
	run --separate-stderr -1 "$UNFIN" history --state state
	[[ $output == *"critical  never-closed "*"fetch-profiles["*"to 127.0.0.1:8080"* ]]
}

@test "a release that leaks: named beside the finding that began after it, and each time is judged as it was" {
	unshare -n bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; release_story"
	remembered "$UNFIN" history --state state --json never-closed
	jq -e '.findings | length == 1 and (.[0] | .subject.comm == "fetch-profiles" and .ended_at != null and
		.releases == [.releases[0]] and .releases[0].program == "fetch-profiles" and
		.releases[0].what == "another version of its script" and .releases[0].at <= .first_at and
		(.points | length) >= 2 and .points[-1].count == 0)' <<<"$output"
	# before, during and after, as it was judged then
	[[ $(uniq judged | tr '\n' ' ') =~ ^"ok ".*("warning "|"critical ").*"ok "$ ]]
	remembered "$UNFIN" history --state state
	[[ $output == *"fetch-profiles with another version of its script, "* ]]
	remembered "$UNFIN" history --state state --json --severity critical
	jq -e 'all(.findings[]; .highest == "critical")' <<<"$output"
	grep -q 'never-closed began: fetch-profiles' agent.log && grep -q 'never-closed has ended: fetch-profiles' agent.log
}

@test "a full disk, a stop, a kill, a wrong setting: told, and it goes on" {
	unshare -nm bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; trouble_story" >story
	# the disk was full: nothing that had been looked at is missing afterwards, and the file is whole
	grep -q 'writing the history in .*: the disk is full' agent.log
	grep -q 'the history is written again' agent.log
	[[ $(sqlite3 kept/*.unfin 'pragma integrity_check') == ok ]]
	# the time that nobody looked is told
	remembered "$UNFIN" history --state kept --json
	jq -e '.looks.blind_ms > 5000 and (.findings | all(.ended_at == null or .ended_at >= .first_at))' <<<"$output"
	# settings: what is wrong is told with its place, and the old ones stay in force
	grep -q 'unfin.conf:1:1: no setting is called "intervall"' agent.log
	grep -q 'did you mean interval?' agent.log && grep -q 'the settings stay as they were' agent.log
	[[ $(xargs <story) == "300 300 400" ]]
	# one file of settings for all commands
	printf 'interval = 5s\nwarning-share = 7\nnagios = no\n' >both.conf
	"$UNFIN" check --config both.conf --show-config | grep -q '^warning-share *7 '
	run -2 "$UNFIN" agent --config both.conf --state /dev/null/no --interval 1ms
	[[ $output == *"the interval is at least 100ms"* ]]
}

@test "settings that are read anew leave the fleet's key as it was" {
	unshare -n bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; reload_story" >ids
	[[ $(wc -l <ids) == 2 && $(sort -u ids | wc -l) == 1 && $(head -n 1 ids) != 0 ]]
}

@test "what cannot be watched is told of the first look, too" {
	unshare -n python3 "$BATS_TEST_DIRNAME/without.py" fsopen -- bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; ip link set lo up
		agent_start --interval 300ms; agent_cycles 1; agent_stop"
	grep -q '^unfin: not seen: failing calls' agent.log
}

@test "metrics and a status beside the moment, for the group alone" {
	unshare -n bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; ip link set lo up; agent_start --interval 300ms
		agent_cycles 2; stat -c %a run/* run state >modes; cp run/metrics run/moment .
		\"\$UNFIN\" agent --state state --run run 2>second; echo \$? >>second; agent_stop"
	[[ $(<second) == *"another unfin agent, pid "*" writes in state already"*4 ]]
	[[ $(sort -u modes | tr '\n' ' ') == "640 750 " ]]
	grep -q '^unfin_sockets{state="close_wait"} 0' metrics
	run --separate-stderr -0 "$UNFIN" check --from moment --json
	jq -e '.coverage.calls_watched and .coverage.watched_ms > 200' <<<"$output"
}

@test "what a kill in its first look has left holds up no other agent; the folder may be behind a link" {
	mkdir real && touch real/moment.new && ln -s real run
	unshare -n bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; ip link set lo up; agent_start --interval 300ms
		agent_cycles 1; cp run/moment .; agent_stop"
	"$UNFIN" list --from moment
	[[ ! -e real/moment.new ]]
}

@test "what it may still do: eight rights, no new ones, a filter; and the unit's exposure" {
	unshare -n bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; ip link set lo up; agent_start; cp /proc/\$agent/status .; agent_stop"
	local effective permitted
	effective=0x$(awk '$1 == "CapEff:" { print $2 }' status) permitted=0x$(awk '$1 == "CapPrm:" { print $2 }' status)
	((!(effective & ~0xc000281004) && !(permitted & ~0xc0002810c4))) # with setgid and setuid aside
	[[ $(awk '$1 == "NoNewPrivs:" { print $2 }' status) == 1 ]]
	[[ -n ${SANITIZED-} || $(awk '$1 == "Seccomp:" { print $2 }' status) == 2 ]]
	command -v systemd-analyze || skip "no systemd-analyze: the unit's exposure was not asked for"
	sed 's,@BINDIR@,/usr/bin,' "$BATS_TEST_DIRNAME/../../dist/systemd/unfin-agent.service.in" >unfin-agent.service
	run systemd-analyze security --offline=true --no-pager --threshold=31 ./unfin-agent.service
	[[ $status == 0 ]] || { tail -n 1 <<<"$output" && false; }
}

@test "an ordinary user's agent says what it will not see, and where it could write" {
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" && chmod 777 .
	unshare -n setpriv --reuid=65534 --regid=65534 --clear-groups bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; agent_start; agent_stop"
	grep -q '^unfin: not seen: the descriptors of .*sudo setcap' agent.log
	run -4 setpriv --reuid=65534 --regid=65534 --clear-groups "$UNFIN" agent --no-web --state /sys/unfin --run run
	[[ $output == *"cannot make the folder /sys/unfin"* ]]
	run -4 setpriv --reuid=65534 --regid=65534 --clear-groups "$UNFIN" agent --no-web --state /usr/unfin --run run
	[[ $output == *"with folders of your own: --state DIR --run DIR"* ]]
}

@test "no history: said, with the way on" {
	run -4 "$UNFIN" history --state nowhere
	[[ $output == *"nobody has kept one there"*"unfin agent"* ]]
}
