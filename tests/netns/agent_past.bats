#!/usr/bin/env bats
# What the agent remembers over a new start, an older version, a clock that was set; and numbers over time.
bats_require_minimum_version 1.5.0
load remembered.bash

@test "a release while no agent ran is one all the same; who ran already is none" {
	unshare -n bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; absent_story"
	run --separate-stderr -1 "$UNFIN" history --state state --json never-closed
	jq -e '.findings[0] | .subject.comm == "fetch-profiles" and (.releases | length) == 1 and
		.releases[0].program == "fetch-profiles" and .releases[0].what == "another version of its script"' <<<"$output"
	[[ $(sqlite3 state/*.unfin 'select count(*) from "release"') == 1 ]]
}

@test "a history that is locked at the start is gone on with when it can be opened: findings, and releases of between" {
	in_lab burst locked_story
	[[ $(sqlite3 state/*.unfin "select first_ms, ended_ms is null from finding where id = 'never-closed'") == "$(<began)|1" ]]
	rm -r state run agent.log
	unshare -n bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; between=(history_held) after=(history_let_go); absent_story"
	run --separate-stderr -1 "$UNFIN" history --state state --json never-closed
	jq -e '.findings | length == 1 and (.[0].releases | length == 1 and .[0].what == "another version of its script")' <<<"$output"
}

@test "a history of the first version is read as it is, and gone on with" {
	mkdir state
	sqlite3 "state/$(date -u +%F).unfin" <"$BATS_TEST_DIRNAME/history-1.sql"
	run --separate-stderr -1 "$UNFIN" history --state state --since 2020-01-01 --json
	jq -e '[.findings[] | select(.ended_at == null and .first_at < "2026-11-30T10:12") | .id] | sort ==
		["never-closed", "ports-exhausted"]' <<<"$output"
	run --separate-stderr "$UNFIN" history --state state --since 2020-01-01 --counts --json
	jq -e '.counts == []' <<<"$output"
	unshare -n bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; ip link set lo up; agent_start --interval 300ms; agent_cycles 5; agent_stop"
	[[ $(ls state) == *.unfin$'\nlock' && $(sqlite3 state/*.unfin 'pragma user_version') == 7 ]] # nothing was moved aside
	run --separate-stderr "$UNFIN" history --state state --since 2020-01-01 --json
	jq -e '.findings | length == 2 and all(.ended_at != null and .first_at < "2026-11-30T10:12" and .count_max > 300)' <<<"$output"
}

@test "a folder behind a link has a history" {
	mkdir real
	ln -s real state
	unshare -n bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; ip link set lo up; agent_start --interval 300ms; agent_cycles 2; agent_stop"
	[ -s real/"$(date -u +%F)".unfin ]
	run --separate-stderr -0 "$UNFIN" history --state state
	! grep 'writing the history' agent.log
}

@test "numbers over time: sockets by program and state, what became of them, limits; over a new start, too" {
	in_lab incident 'agent_start --interval 300ms; until_true 20 agent_judged critical; agent_cycles 4; agent_stop'
	run --separate-stderr "$UNFIN" history --state state --counts --json
	jq -e '(.counts[] | select(.what == "close_wait" and .program == "fetch-profiles")) as $leak |
		$leak.end == "127.0.0.1:8080" and $leak.side == "client" and $leak.points[-1].value > 100 and
		$leak.points[-1].oldest_since <= $leak.points[-1].at and
		any(.counts[]; .kind == "limit" and .what == "ports-bind" and .points[-1].value * 10 >= .points[-1].limit * 9) and
		any(.counts[]; .kind == "count" and .what == "opened" and .program == "orders-api" and .points[0].value > 0)' <<<"$output"
	# what is there no longer came to nothing with the first look of the next agent
	unshare -n bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; ip link set lo up; agent_start --interval 300ms; agent_cycles 2; agent_stop"
	run --separate-stderr "$UNFIN" history --state state --counts --json
	jq -e 'all(.counts[] | select(.kind != "count" and .netns != null); .points[-1].value == 0)' <<<"$output"
	run --separate-stderr "$UNFIN" history --state state --counts
	[[ $output == What* && $output == *"close_wait "*" fetch-profiles "* ]]
}

@test "the clock set forward and back by an hour, and a stop: no negative time, no growth from it, and it is said" {
	gcc -shared -fPIC -O1 -o clock.so "$BATS_TEST_DIRNAME/clock.c" || skip "no compiler for the clock that is set"
	in_lab burst clock_story
	grep -q 'the clock of this host was set forward by 3[56][0-9][0-9] s' agent.log
	grep -q 'the clock of this host was set back by 3[56][0-9][0-9] s' agent.log
	run --separate-stderr -1 "$UNFIN" history --state state --json never-closed
	# that it was stopped is a note, too, where the machine was busy
	jq -e '[.notes[].what | select(startswith("the clock of this host was set"))] | length == 2' <<<"$output"
	jq -e '.findings | length == 1 and (.[0] | .openings == 1 and .ended_at == null and .first_at <= .last_at and (.last_at[:19] + "Z" | fromdate) <= now)' <<<"$output"
	# nothing but its first line was told of it: not worse, not growing, no end
	[[ $(grep -c 'never-closed' agent.log) == $(<told-before) ]]
	run grep -E "(_seconds|_total)[^ ]* -" metrics
	[[ $status == 1 ]]
	run --separate-stderr -1 "$UNFIN" history --state state --counts --json
	jq -e 'all(.counts[].points[]; .value < 1000000 and (.oldest_since == null or .oldest_since <= .at))' <<<"$output"
}

@test "the clock set forward by weeks, and back: no day is lost, and what was open is one finding" {
	gcc -shared -fPIC -O1 -o clock.so "$BATS_TEST_DIRNAME/clock.c" || skip "no compiler for the clock that is set"
	in_lab burst weeks_story
	comm -23 before <(ls state) >lost
	[[ ! -s lost ]] || { cat lost && false; }
	run --separate-stderr -1 "$UNFIN" history --state state --json never-closed
	jq -e '.findings | length == 1 and (.[0] | .ended_at == null and .openings == 1)' <<<"$output"
	# the last looks are of today, and who begins anew goes on with them
	jq -e '(.looks.last_at[:19] + "Z" | fromdate) as $last | $last <= now and $last > now - 600' <<<"$output"
	[[ $(sqlite3 "state/$(<today)" 'select count(*) from finding where ended_ms is null and id = "never-closed"') == 1 ]]
}

@test "a history of a given size: moments of older days go, and no day with its findings" {
	run -2 "$UNFIN" agent --no-web --state state --run run --history-size 8
	[[ $output == *"16 MB at least"* ]]
	in_lab burst 'agent_start --interval 300ms; until_true 60 agent_says "never-closed began"; agent_stop'
	local today before
	today=$(ls state/*.unfin) before=state/$(date -u -d "1 day ago" +%F).unfin
	cp "$today" "$before"
	sqlite3 "$before" "with recursive n(i) as (select 1 union all select i + 1 from n where i < 30)
		insert into moment select i, 'every 10 minutes', 0, x'' from n; insert into piece select at_ms, 0, randomblob(1000000) from moment where at_ms < 31"
	(($(stat -c %s "$before") > 30000000))
	unshare -n bash -c ". '$BATS_TEST_DIRNAME/agent.bash'; ip link set lo up; agent_start --interval 300ms --history-size 16
		agent_cycles 2; agent_stop"
	(($(cat state/*.unfin | wc -c) <= 16 << 20))
	[[ $(sqlite3 "$before" "select count(*) from moment where at_ms < 31") == 1[0-9] ]]
	[[ $(sqlite3 "$before" "select count(*) from finding where id = 'never-closed'; pragma integrity_check" | xargs) == "1 ok" ]]
}
