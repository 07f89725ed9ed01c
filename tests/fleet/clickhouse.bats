#!/usr/bin/env bats
# A hub with ClickHouse: two real servers, a fleet whose truth is known, and the same answers as from SQLite.
bats_require_minimum_version 1.5.0
load clickhouse.bash
# shellcheck disable=SC2154 # gen, pids: of clickhouse.bash

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

questions=(pairs status leaks ports half-open stale-pools 'releases svc-23' 'peer 10.128.0.5:20009')

asked() { # FOLDER ARGS...: each of the questions, its answer and its exit status
	local folder=$1 question
	shift
	mkdir -p "$work/$folder"
	for question in "${questions[@]}"; do
		# shellcheck disable=SC2086 # words
		fleet "$folder/${question%% *}" $question "$@" >"$work/$folder/${question%% *}.status"
	done
}

hosts=${FLEET_HOSTS:-200}
# So many rows the page is given at most; of 1,000 hosts there are more pairs.
first() { if [ "$hosts" -le 800 ]; then cat "$1"; else jq '(.[] | arrays) |= .[:10000]' "$1"; fi; }

@test "each question is answered as planted, and the same by SQLite and by ClickHouse" {
	hub_start hub 9780 "${stores[@]}"
	hub_start small 9782
	inside "$gen" "$hosts" 1 http://127.0.0.1:9780 http://127.0.0.1:9782 >"$work/truth"
	until_so looks_are $((2 * hosts))
	until_so stored_are $((2 * hosts))
	asked lite --hub "$work/small/hub.db"
	asked away "${hubs[@]}"
	diff -r "$work/lite" "$work/away"
	grep -qx 1 "$work/away/pairs.status"
	# And the page's, by an executable that can ask both.
	UNFIN_FILTER="kill" ip netns exec "$netns" "$UNFIN" web "${hubs[@]}" 2>"$work/web.log" 3>&- &
	pids[web]=$!
	until_so grep -q "serving a hub's fleet" "$work/web.log"
	# The page has read all of it, the command line what its question is about.
	for question in pairs status leaks ports half-open stale-pools 'releases?service=svc-23' 'peer?tuple=10.128.0.5:20009'; do
		diff <(first "$work/away/${question%%\?*}") <(inside curl -sS -m 60 "http://127.0.0.1:9779/api/v1/fleet/$question" | first -)
	done
	[ -z "${SHOW_PAGE-}" ] || eval "$SHOW_PAGE"
	end_one web TERM
	diff <(jq -S '.verdicts | del(.owes, .closing)' "$work/away/pairs") <(jq -S .verdicts "$work/truth")
	translated=$(jq .translated "$work/truth")
	jq -e --argjson n "$translated" '[.pairs[] | select(.joined_by == "sequence") | .count] | add == $n' "$work/away/pairs"
	jq -e --argjson n "$(jq .leaking "$work/truth")" '[.services[] | select(.hosts > 0) | [.service, .hosts, .unfinished, .growth_per_min]] == [["svc-03", $n, 90 * $n, 3 * $n], ["svc-17", $n, 90 * $n, 3 * $n]]' "$work/away/leaks"
	# Of the two releases of a service, which one began its leak, where, and when that was started first.
	diff <(jq -S .releases "$work/away/releases") <(jq -S .releases "$work/truth")
	jq -e '.releases | map([.release, .leaking > 0, .hosts > 1]) == [["r1", false, true], ["r2", true, true]]' "$work/away/releases"
	jq -e --slurpfile truth "$work/truth" '.coverage.hosts.blind == $truth[0].incomplete' "$work/away/ports"
	# Both ends of a connection are on one server, and each has about half of all.
	[ "$(both 'SELECT count() FROM (SELECT flow_id FROM unfin.suspects GROUP BY flow_id HAVING uniqExact(host_id) > 1)')" = $((hosts * 18 - translated + $(jq .closed_lately "$work/truth"))) ]
	for port in 8123 8223; do [ "$(sql $port 'SELECT count() FROM unfin.suspects')" -gt $((hosts * 30)) ]; done
	jq -e --slurpfile truth "$work/truth" '.budgets | length == $truth[0].exhausted and all(.used == 23600 and .usable == 28232 and .ends_in_ms > 0)' "$work/away/ports"
	jq -e '.pools | length > 10 and all(.timeout_ms >= 60000 and .timeout_ms < 60400)' "$work/away/stale-pools"
	# What another hub is sent again is stored again, and changes nothing; nor does a merge.
	for port in 8123 8223; do sql $port 'SYSTEM STOP MERGES'; done
	before=$(both 'SELECT count() FROM unfin.suspects')
	install -d -o nobody "$work/again"
	install -o nobody "$work"/hub/spool-* "$work/again/"
	hub_start again 9781 "${stores[@]}"
	until_so rows_are looks $((4 * hosts))
	rows_are suspects $((2 * before))
	questions=(pairs leaks ports)
	asked twice "${hubs[@]}"
	for name in "${questions[@]}"; do cmp "$work/lite/$name" "$work/twice/$name"; done
	for port in 8123 8223; do sql $port 'SYSTEM START MERGES'; done
	for table in suspects looks findings; do for port in 8123 8223; do sql $port "OPTIMIZE TABLE unfin.$table FINAL"; done; done
	rows_are suspects "$before"
	asked merged "${hubs[@]}"
	for name in "${questions[@]}"; do cmp "$work/lite/$name" "$work/merged/$name"; done
}

@test "a server that hangs, or is killed: a gap and exit 3, and nothing is lost" {
	hub_start hub 9780 "${stores[@]}"
	inside "$gen" 40 1 http://127.0.0.1:9780 >"$work/truth"
	until_so looks_are 80
	kill -STOP "${pids[b]}"
	# Whoever asks gets what the other has, and is told what is missing; nothing is proved by what is not there.
	[ "$(fleet hung half-open "${hubs[@]}")" = 3 ]
	jq -e '[.coverage.gaps[] | select(.host == "http://127.0.0.1:8223/")] | length == 1 and (.[0].why | startswith("it does not answer"))' "$work/hung"
	jq -e '.pairs == [] and (.coverage.gaps | length == 1) and .coverage.hosts.blind == .coverage.hosts.seen' "$work/hung"
	# What comes meanwhile is acknowledged, and waits.
	inside "$gen" 40 2 http://127.0.0.1:9780 >"$work/truth"
	[ -z "${FLEET_HOSTS-}" ] || until_so grep -q "the store does not take what has come (http://127.0.0.1:8223/: it does not answer" "$work/hub.log"
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
	[ "$(both 'SELECT uniqExact(flow_id, host_id, at_ms) FROM unfin.suspects')" = $((160 * 38 + 2 * $(jq .closed_lately "$work/truth"))) ]
	[ "$(fleet whole pairs "${hubs[@]}")" = 1 ]
	# Looks of the first round lie between those of the second, and prove of some what these alone do not.
	local sums='[.client_owes, .server_owes, .fin_from_between, .not_a_pair, .healthy, .half_open + .unknown]'
	diff <(jq ".verdicts | $sums" "$work/whole") <(jq ".verdicts | $sums" "$work/truth")
	end_one a KILL
	end_one b KILL
	[ "$(fleet none pairs "${hubs[@]}")" = 4 ]
	grep -q "no server of this store answers" "$work/none.err"
}

certify() { # NAME SUBJECT-ALT-NAME [DAYS]: of the authority ca, in the test's folder
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -days "${3:-2}" -out "$1.crt" -extfile <(echo "subjectAltName=$2") 2>/dev/null
}

behind_tls() { # CERTIFICATE: a server c, again if it is there
	[ -z "${pids[c]-}" ] || end_one c KILL
	rm -rf "$work/c"
	mkdir "$work/c"
	cp "$work/$1.crt" "$work/c/server.crt"
	cp "$work/$1.key" "$work/c/server.key"
	server_start c 8323
}

@test "a server behind TLS is one that its authority vouches for, under its name, and nobody reads the password" {
	cd "$work"
	for name in ca other; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=$name -keyout $name.key -out $name.crt 2>/dev/null
	done
	certify right IP:127.0.0.1
	certify elsewhere DNS:ch-2.example
	certify late IP:127.0.0.1 0
	(umask 077 && echo s3cret >password)
	local to=clickhouse=https://unfin@127.0.0.1:8326/unfin
	behind_tls elsewhere
	hub_start hub 9780 --store "$to" --store-password password --store-ca ca.crt
	inside "$gen" 4 1 http://127.0.0.1:9780 >truth
	until_so grep -q "the store does not take what has come (https://127.0.0.1:8326/: .*does not match target host name '127.0.0.1'" hub.log
	[ "$(fleet wrong status --hub "$to" --store-password password --store-ca ca.crt)" = 4 ]
	grep -q "cannot ask https://127.0.0.1:8326/: .*certificate.*does not match" wrong.err
	[ "$(sql 8323 "SELECT count() FROM system.databases WHERE name = 'unfin'")" = 0 ]
	behind_tls late
	[ "$(fleet wrong status --hub "$to" --store-password password --store-ca ca.crt)" = 4 ]
	grep -q "its certificate has expired, by this host's clock" wrong.err
	# What waited is there as soon as the server is who it should be.
	behind_tls right
	until_so looks_at_c_are 8
	[ "$(fleet wrong status --hub "$to" --store-password password --store-ca other.crt)" = 4 ]
	grep -q "its certificate is not signed by an authority that this host trusts" wrong.err
	[ "$(fleet wrong status --hub "$to" --store-password password)" = 4 ] # of an authority that this host does not know
	fleet asked status --hub "$to" --store-password password --store-ca ca.crt
	jq -e '.coverage.hosts.seen == 4' asked
	echo wr0ng >password
	[ "$(fleet wrong status --hub "$to" --store-password password --store-ca ca.crt)" = 4 ]
	grep -q "Code: 193" wrong.err
	# Not in a command line, not in a log, and in no text that is told.
	run ! grep -q s3cret "/proc/${pids[hub]}/cmdline"
	run ! grep -E 's3cret|wr0ng' ./*.log ./*.err c/log c/errors
}
looks_at_c_are() { [ "$(sql 8323 'SELECT count() FROM unfin.looks')" = "$1" ]; }

@test "old days go, tables of current releases are parsed, a user proves who he is" {
	echo s3cret >"$work/password"
	chmod 600 "$work/password"
	local as=clickhouse=http://unfin@127.0.0.1:8123/unfin
	hub_start hub 9780 --store "$as" --store-password "$work/password"
	until_so version_is 1
	sql 8123 "INSERT INTO unfin.looks (day, host_id, at_ms) VALUES (today() - 15, 1, 1), (today() - 13, 2, 2)"
	end_one hub TERM
	hub_start hub2 9781 --state "$work/hub" --store "$as" --store-password "$work/password"
	until_so rows_of_looks 1
	inside "$gen" 4 1 http://127.0.0.1:9781 >"$work/truth"
	until_so rows_of_looks 9
	fleet asked pairs --hub "$as" --store-password "$work/password"
	jq -e '.coverage.hosts.seen == 4' "$work/asked"
	[ "$(fleet reader pairs --hub clickhouse=http://reader@127.0.0.1:8123/unfin)" = 1 ] # who may do nothing but ask
	cmp <(jq .verdicts "$work/reader") <(jq .verdicts "$work/asked")
	# Who is not known is told so, and what came waits.
	[ "$(fleet wrong status --hub "$as")" = 4 ]
	grep -q "cannot ask http://127.0.0.1:8123/: Code: 194, .*Password required for user unfin" "$work/wrong.err"
	chmod 644 "$work/password"
	[ "$(fleet wrong status --hub "$as" --store-password "$work/password")" = 2 ]
	chmod 600 "$work/password"
	[ "$(fleet wrong status --hub clickhouse=http://unfin@10.0.0.1:8123/unfin --store-password "$work/password")" = 2 ]
	grep -q "could be read" "$work/wrong.err"
	for odd in clickhouse=http://127.0.0.1:8123/ 'clickhouse=http://127.0.0.1:8123/a;b' clickhouse=ftp://127.0.0.1/unfin clickhouse=http://u:p@127.0.0.1/unfin clickhouse=; do
		[ "$(fleet wrong status --hub "$odd")" = 2 ]
		grep -q "is no store" "$work/wrong.err"
	done
	# 18.16 reads of the tables of current releases what it knows: not TTL, not CODEC.
	sql 8123 'CREATE DATABASE now'
	"${UNFIN%/*}/tests/unit-schema" now | sed 's/ CODEC([^)]*))//; s/ TTL .*//' >"$work/tables"
	[ "$(wc -l <"$work/tables")" = 7 ]
	while read -r table; do [ -z "$(sql 8123 "$table")" ]; done <"$work/tables"
	[ "$(sql 8123 "SELECT count() FROM system.columns WHERE database = 'now'")" = "$(sql 8123 "SELECT count() - 2 FROM system.columns WHERE database = 'unfin'")" ]
	# A newer hub's tables are left alone.
	sql 8123 'INSERT INTO unfin.schema_version VALUES (2, 0)'
	end_one hub2 TERM
	hub_start hub3 9782 --state "$work/hub" --store "$as" --store-password "$work/password"
	inside "$gen" 4 2 http://127.0.0.1:9782 >"$work/truth"
	until_so grep -q "its tables are of a newer unfin: update this hub" "$work/hub3.log"
}
version_is() { [ "$(sql 8123 'SELECT version FROM unfin.schema_version')" = "$1" ]; }
rows_of_looks() { [ "$(sql 8123 'SELECT count() FROM unfin.looks')" = "$1" ]; }
