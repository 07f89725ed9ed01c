#!/usr/bin/env bats
# A hub with ClickHouse: two real servers, a fleet whose truth is known, and the same answers as from SQLite.
bats_require_minimum_version 1.5.0
load clickhouse.bash

setup() {
	need_clickhouse
	work=$BATS_TEST_TMPDIR
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$work"
	netns=unfin-fleet-$BATS_TEST_NUMBER-$$
	ip netns add "$netns"
	inside ip link set lo up
	build_gen
	server_start a 8123
	server_start b 8223
}
teardown() { end_all; }

one=clickhouse=http://127.0.0.1:8123/unfin two=clickhouse=http://127.0.0.1:8223/unfin
stores=(--store "$one" --store "$two")
hubs=(--hub "$one" --hub "$two")

both() { # SQL -> the sum over both servers
	echo $(($(sql 8123 "$1") + $(sql 8223 "$1")))
}
looks_are() { [ "$(both 'SELECT uniqExact(host_id, at_ms) FROM unfin.looks')" = "$1" ]; }
rows_are() { [ "$(both "SELECT count() FROM unfin.$1")" = "$2" ]; }
stored_are() { [ "$(sqlite3 -readonly "$work/small/hub.db" 'SELECT count(*) FROM looks')" = "$1" ]; }

fleet() { # OUT ARGS...: its exit status is kept
	local out=$1
	shift
	inside "$UNFIN" fleet "$@" --json >"$work/$out" 2>"$work/$out.err" && echo 0 || echo $?
}

questions=(pairs status leaks ports half-open stale-pools 'releases svc-03' 'peer 10.128.0.5:20009')

asked() { # FOLDER ARGS...: each question, its answer and its exit status
	local folder=$1 question
	shift
	mkdir -p "$work/$folder"
	for question in "${questions[@]}"; do
		# shellcheck disable=SC2086 # words
		fleet "$folder/${question%% *}" $question "$@" >"$work/$folder/${question%% *}.status"
	done
}

@test "each question is answered as planted, and the same by SQLite and by ClickHouse" {
	hub_start hub 9780 "${stores[@]}"
	hub_start small 9782
	inside "$gen" 1000 1 http://127.0.0.1:9780 http://127.0.0.1:9782 >"$work/truth"
	until_so looks_are 2000
	until_so stored_are 2000
	asked lite --hub "$work/small/hub.db"
	asked away "${hubs[@]}"
	diff -r "$work/lite" "$work/away"
	grep -qx 1 "$work/away/pairs.status"
	diff <(jq -S '.verdicts | del(.owes, .closing)' "$work/away/pairs") <(jq -S .verdicts "$work/truth")
	jq -e '[.pairs[] | select(.joined_by == "sequence")] | [.[].count] | add == 1000' "$work/away/pairs"
	jq -e '[.services[] | select(.hosts > 0) | [.service, .hosts, .unfinished, .growth_per_min]] == [["svc-03", 25, 2250, 75], ["svc-17", 25, 2250, 75]]' "$work/away/leaks"
	jq -e '.coverage.hosts.blind == 20' "$work/away/ports"
	# Both ends of a connection are on one server; each has some.
	[ "$(both 'SELECT count() FROM (SELECT flow_id FROM unfin.suspects GROUP BY flow_id)')" -gt 0 ]
	for port in 8123 8223; do [ "$(sql $port 'SELECT count() > 10000 FROM unfin.suspects')" = 1 ]; done
	jq -e '.budgets | length == 5 and all(.used == 23600 and .usable == 28232 and .ends_in_ms > 0)' "$work/away/ports"
	jq -e '.pools | length > 10 and all(.timeout_ms >= 60000 and .timeout_ms < 60400)' "$work/away/stale-pools"
	# What another hub is sent again is stored again, and changes nothing; nor does a merge.
	for port in 8123 8223; do sql $port 'SYSTEM STOP MERGES'; done
	before=$(both 'SELECT count() FROM unfin.suspects')
	install -d -o nobody "$work/again"
	install -o nobody "$work"/hub/spool-* "$work/again/"
	hub_start again 9781 "${stores[@]}"
	until_so rows_are looks 4000
	rows_are suspects $((2 * before))
	asked twice "${hubs[@]}"
	diff -r "$work/lite" "$work/twice"
	for port in 8123 8223; do sql $port 'SYSTEM START MERGES'; done
	for table in suspects looks findings; do for port in 8123 8223; do sql $port "OPTIMIZE TABLE unfin.$table FINAL"; done; done
	rows_are suspects "$before"
	asked merged "${hubs[@]}"
	diff -r "$work/lite" "$work/merged"
}

@test "a server that hangs, or is killed: a gap and exit 3, and nothing is lost" {
	hub_start hub 9780 "${stores[@]}"
	inside "$gen" 40 1 http://127.0.0.1:9780 >"$work/truth"
	until_so looks_are 80
	kill -STOP "${pids[b]}"
	# Whoever asks gets what the other has, and is told what is missing; nothing is proved by what is not there.
	[ "$(fleet hung status "${hubs[@]}")" = 3 ]
	jq -e '[.coverage.gaps[] | select(.host == "http://127.0.0.1:8223/")] | length == 1 and (.[0].why | startswith("it does not answer"))' "$work/hung"
	fleet hung half-open "${hubs[@]}"
	jq -e '.verdicts.half_open == 0' "$work/hung"
	# What comes meanwhile is acknowledged, and waits.
	inside "$gen" 40 2 http://127.0.0.1:9780 >"$work/truth"
	until_so grep -q "the store does not take what has come (http://127.0.0.1:8223/: it does not answer" "$work/hub.log"
	looks_before=$(sql 8123 'SELECT count() FROM unfin.looks')
	end_one hub KILL
	kill -CONT "${pids[b]}"
	end_one b KILL
	[ "$(fleet killed pairs "${hubs[@]}")" = 1 ] || [ "$(fleet killed pairs "${hubs[@]}")" = 3 ]
	grep -q "cannot ask http://127.0.0.1:8223/: it does not answer: nothing listens there" "$work/killed.err"
	hub_start hub2 9781 --state "$work/hub" "${stores[@]}"
	[ "$(sql 8123 'SELECT count() FROM unfin.looks')" = "$looks_before" ] # no look before all its rows
	server_start b 8223
	until_so looks_are 160
	[ "$(both 'SELECT uniqExact(flow_id, host_id, at_ms) FROM unfin.suspects')" = $((160 * 380 / 10)) ]
	[ "$(fleet whole pairs "${hubs[@]}")" = 1 ]
	diff <(jq -S '.verdicts | del(.owes, .closing)' "$work/whole") <(jq -S .verdicts "$work/truth")
	end_one a KILL
	end_one b KILL
	[ "$(fleet none pairs "${hubs[@]}")" = 4 ]
	grep -q "no server of this store answers" "$work/none.err"
}
