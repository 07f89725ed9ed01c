#!/usr/bin/env bats
# unfin hub and unfin uplink: what a host sees comes to a hub, once, and nobody's else.
bats_require_minimum_version 1.5.0
load web.bash
load hub.bash

@test "what a host sees comes to a hub that knows it by its certificate" {
	hub hub --web.listen-address :9780 "${secure[@]}"
	# shellcheck disable=SC2046 # words
	uplink up 00000000000000a1 --site lab $(as one)
	until_there stored_is 'SELECT count(*) FROM looks' 1
	stored_is "SELECT comm, lport > 0, rport, held, count(*) FROM suspects WHERE state = 8 AND host_id = 161 GROUP BY 1, 2, 3, 4" 'python3|1|8080|1|3'
	stored_is "SELECT count(*) FROM suspects WHERE state = 5 AND held = 0 AND lport = 8080" 3
	stored_is "SELECT site, length(name) > 0 FROM hosts WHERE host_id = 161" 'lab|1'
	stored_is "SELECT close_wait FROM rollups WHERE rport = 8080 AND role = 1" 3
	stored_is "SELECT count(*) FROM endpoints WHERE port = 8080 AND service = 'python3'" 1
	# Both ends have one number.
	stored_is "SELECT count(*) FROM (SELECT flow_id FROM suspects GROUP BY flow_id HAVING count(*) = 2)" 3
	# The same moment is told once, another one again.
	look
	until_there stored_is 'SELECT count(*) FROM looks' 2
	inside curl -sS --cacert "$files/ca.crt" --cert "$files/two.crt" --key "$files/two.key" "$url/metrics" >"$work/metrics"
	grep -qx 'unfin_hub_batches_total{result="kept"} 2' "$work/metrics"
	# What is stored does not wait, although the file that it came in is there until it is full.
	[ -s "$work"/hub/spool-0000000000000000 ]
	until_there told_is 'unfin_hub_spool_bytes' 0
	until_there told_is 'unfin_hub_hosts{state="heard"}' 1
	told_is 'unfin_hub_store_lag_seconds' 0
	told_is 'unfin_hub_hosts{state="silent"}' 0
}

told_is() { # METRIC VALUE
	inside curl -sS --cacert "$files/ca.crt" --cert "$files/two.crt" --key "$files/two.key" "$url/metrics" | grep -qx "$1 $2"
}

@test "the page shows what a hub has stored, and what comes to it later" {
	hub hub
	uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there stored_is 'SELECT count(*) FROM looks' 1
	serve --hub "$work/hub/hub.db" --interval 1s
	for question in pairs status; do
		diff <("$UNFIN" fleet $question --hub "$work/hub/hub.db" --json) <(ask "$site/api/v1/fleet/$question")
	done
	ask "$site/" | grep -q "data-every=\"1000\" data-fleet=\"--hub $work/hub/hub.db\""
	look
	until_there stored_is 'SELECT count(*) FROM looks' 2
	until_there tells_newest_look
	# A store that is gone tells nothing any more, and one that is back does.
	mv "$work/hub" "$work/elsewhere"
	until_there tells_status 503
	mv "$work/elsewhere" "$work/hub"
	until_there tells_status 200
}
tells_newest_look() { [ "$(ask "$site/api/v1/fleet/pairs" | jq -r .taken_at)" = "$("$UNFIN" fleet --hub "$work/hub/hub.db" --json | jq -r .taken_at)" ]; }
tells_status() { [ "$(status_of "$site/api/v1/fleet/pairs")" = "$1" ]; }

@test "fleet asks what the hosts have told a hub" {
	hub hub
	uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there stored_is 'SELECT count(*) FROM looks' 1
	sqlite3 "$work/hub/hub.db" 'UPDATE suspects SET age_ms = age_ms + 100000, since_data_ms = since_data_ms + 100000, since_sent_ms = since_sent_ms + 100000, since_ack_ms = since_ack_ms + 100000' # a pause of a moment is no leak
	run -1 --separate-stderr "$UNFIN" fleet --hub "$work/hub/hub.db" --json
	jq -e '.pairs == [.pairs[] | select(.verdict == "client_owes" and .joined_by == "flow")] and ([.pairs[].count] | add) == 3' <<<"$output"
	jq -e '.pairs[0] | [.ours, .theirs] | all(.service == "python3")' <<<"$output"
	jq -e '.coverage.hosts.seen == 1 and .coverage.hosts.silent == 0' <<<"$output"
	# Growth of 0 is growth that is known; what is not known is not 0.
	sqlite3 "$work/hub/hub.db" "INSERT INTO findings SELECT day, host_id, v, 'k', at_ms, at_ms, 'never-closed', 'warning', 'high', 'python3', '', '', 3, 0, 0, 0, 0, 0, '', 0, '{}' FROM looks"
	run -1 --separate-stderr "$UNFIN" fleet leaks --hub "$work/hub/hub.db" --json
	jq -e '.services | length > 0 and all(.growth_per_min == null)' <<<"$output"
	sqlite3 "$work/hub/hub.db" 'UPDATE findings SET growth_known = 1'
	run --separate-stderr "$UNFIN" fleet leaks --hub "$work/hub/hub.db" --json
	jq -e '.services | length > 0 and all(.growth_per_min == 0)' <<<"$output"
	sqlite3 "$work/hub/hub.db" 'CREATE TABLE ages AS SELECT * FROM suspects; UPDATE suspects SET age_basis = 0, age_ms = 0, times_known = 0'
	run --separate-stderr "$UNFIN" fleet --hub "$work/hub/hub.db" --json
	jq -e '.pairs | length > 0 and all(.oldest_ms == null)' <<<"$output"
	sqlite3 "$work/hub/hub.db" 'DELETE FROM suspects; INSERT INTO suspects SELECT * FROM ages; DROP TABLE ages'
	for question in status leaks ports half-open stale-pools 'releases python3'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$UNFIN" fleet $question --hub "$work/hub/hub.db" -o csv
		[ "$status" -le 3 ] && [ "$status" != 2 ]
	done
	jq -e '.hosts[0].sequences == false' <<<"$("$UNFIN" fleet status --hub "$work/hub/hub.db" --json)"
	jq -e '.coverage.gaps[0].why | startswith("its agent has no --fleet-key")' <<<"$("$UNFIN" fleet status --hub "$work/hub/hub.db" --json)"
	# How far its clock was off, the host has told; where it does not know, nobody does.
	sqlite3 "$work/hub/hub.db" 'UPDATE looks SET skew_known = 1, skew_ms = -4000'
	jq -e '.hosts[0].clock_off_ms == 4000' <<<"$("$UNFIN" fleet status --hub "$work/hub/hub.db" --json)"
	sqlite3 "$work/hub/hub.db" 'UPDATE looks SET skew_known = 0, skew_ms = 0'
	jq -e '.hosts[0].clock_off_ms == null' <<<"$("$UNFIN" fleet status --hub "$work/hub/hub.db" --json)"
	# Whether there is a key is told by the look, also where no connection was told that would have a sequence number.
	sqlite3 "$work/hub/hub.db" 'CREATE TABLE aside AS SELECT * FROM suspects; DELETE FROM suspects'
	run -0 --separate-stderr "$UNFIN" fleet status --hub "$work/hub/hub.db" --json
	jq -e '.hosts[0].sequences == false and .coverage.hosts.keyless == 1' <<<"$output"
	sqlite3 "$work/hub/hub.db" 'UPDATE looks SET key_id = -7'
	run -0 --separate-stderr "$UNFIN" fleet status --hub "$work/hub/hub.db" --json
	jq -e '.hosts[0].sequences == true and .coverage.hosts.keyless == 0 and .coverage.gaps == []' <<<"$output"
	sqlite3 "$work/hub/hub.db" 'INSERT INTO suspects SELECT * FROM aside; UPDATE looks SET key_id = 0'
	# A look that could not see all is a gap.
	sqlite3 "$work/hub/hub.db" 'UPDATE looks SET complete = 0'
	run --separate-stderr "$UNFIN" fleet status --hub "$work/hub/hub.db" --json
	[ "$status" = 3 ]
	jq -e '.coverage.hosts.blind == 1 and .coverage.hosts.lossy == 0' <<<"$output"
	# As is one that left something out, and that is counted.
	sqlite3 "$work/hub/hub.db" 'UPDATE looks SET complete = 1, lost = 5'
	run -3 --separate-stderr "$UNFIN" fleet status --hub "$work/hub/hub.db" --json
	jq -e '.coverage.hosts.lossy == 1 and (.coverage.gaps[0].why | startswith("5 rows were left out"))' <<<"$output"
	run -2 --separate-stderr "$UNFIN" fleet --hub "$work/run/moment"
	[[ $stderr == *"cannot read"*"it is no store of a hub"* ]]
	run --separate-stderr "$UNFIN" fleet peer 192.0.2.1:1 --hub "$work/hub/hub.db"
	[[ $stderr == *"no host has told the hub of an unfinished or idle end of 192.0.2.1:1"* ]]
	run -2 --separate-stderr "$UNFIN" fleet --hub "$work/run/none"
	[[ $stderr == *"No such file"* ]]
	run -2 --separate-stderr "$UNFIN" fleet --hub "$work/hub/hub.db" "$work/run/moment"
	[[ $stderr == *"not both"* ]]
	# Also of a hub that has ended, in whose folder we may not write.
	kill "$uplink_pid" "$hub_pid"
	wait "$hub_pid"
	[ ! -e "$work/hub/hub.db-wal" ]
	run -3 --separate-stderr "$UNFIN" fleet status --hub "$work/hub/hub.db" --json
	jq -e '.hosts | length == 1' <<<"$output"
}

beside() { # NAME SQL: a copy of the store, changed
	install -d -o nobody "$work/$1"
	cp "$work/hub/hub.db" "$work/$1/hub.db"
	sqlite3 "$work/$1/hub.db" "$2; PRAGMA wal_checkpoint(TRUNCATE)"
}

@test "who asks judges by his own clock how fresh a store is" {
	hub hub
	uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there stored_is 'SELECT count(*) FROM looks' 1
	kill "$uplink_pid" "$hub_pid"
	wait "$hub_pid"
	# What nobody feeds is told as of then, and proves nothing of now.
	beside old 'UPDATE looks SET at_ms = at_ms - 259200000, day = day - 3; UPDATE suspects SET at_ms = at_ms - 259200000, day = day - 3'
	run -3 --separate-stderr "$UNFIN" fleet half-open --hub "$work/old/hub.db"
	[[ $output == *"no connection is proved half-open"*"the hub: all of it: nobody has told it anything for 3 d"*", since 20"* ]]
	run --separate-stderr "$UNFIN" fleet --hub "$work/old/hub.db" --json
	jq -e '.coverage.complete == false and .coverage.hosts.seen == 1 and ([.verdicts[]] | add > 0)' <<<"$output"
	# A look of a time that is yet to come silences nobody but its own host.
	another='CREATE TABLE o AS SELECT * FROM looks; UPDATE o SET host_id = 162, WHEN; INSERT INTO looks SELECT * FROM o; DROP TABLE o;
		CREATE TABLE o AS SELECT * FROM hosts; UPDATE o SET host_id = 162, name = '"'other'"'; INSERT INTO hosts SELECT * FROM o'
	beside ahead "${another/WHEN/at_ms = at_ms + 3000000}"
	run --separate-stderr "$UNFIN" fleet --hub "$work/ahead/hub.db" --json
	jq -e '.coverage.hosts.seen == 1 and ([.verdicts[]] | add > 0) and
		(.coverage.gaps | any(.host == "other" and (.why | startswith("its last look is of a time that is yet to come, in 4"))))' <<<"$output"
	beside clock 'UPDATE looks SET at_ms = at_ms + 3000000'
	run -4 --separate-stderr "$UNFIN" fleet --hub "$work/clock/hub.db"
	[[ $stderr == *"of a time that is yet to come"*"is the clock of this host right?"* ]]
	# Who told nothing for a day is counted, and not a gap for ever.
	beside gone "${another/WHEN/at_ms = at_ms - 90000000, day = day - 2}; UPDATE hosts SET seen_ms = seen_ms - 90000000 WHERE host_id = 162"
	run -0 --separate-stderr "$UNFIN" fleet status --hub "$work/gone/hub.db"
	[[ $output == *"1 other host: all of it: told the hub nothing for more than a day"* ]]
	jq -e '.coverage.hosts.gone == 1 and .coverage.hosts.silent == 0' <<<"$("$UNFIN" fleet status --hub "$work/gone/hub.db" --json)"
}

# As if the client stood on a host of its own, and the other host, which has the server's address, had none of it.
apart() {
	sqlite3 "$work/hub/hub.db" "
		DELETE FROM suspects WHERE state != 8;
		UPDATE suspects SET scope = 1, state = 5, laddr = x'00000000000000000000ffff0a000001', raddr = x'00000000000000000000ffff0a000002',
			age_ms = 1200000, since_data_ms = 1200000, since_sent_ms = 1200000, since_ack_ms = 1200000;
		CREATE TABLE other AS SELECT * FROM looks; UPDATE other SET host_id = 162; INSERT INTO looks SELECT * FROM other; DROP TABLE other;
		CREATE TABLE other AS SELECT * FROM hosts; UPDATE other SET host_id = 162, name = 'two'; INSERT INTO hosts SELECT * FROM other; DROP TABLE other;
		CREATE TABLE other AS SELECT * FROM endpoints LIMIT 1; DELETE FROM endpoints WHERE port = 0;
		UPDATE other SET host_id = 162, port = 0, scope = 1, addr = x'00000000000000000000ffff0a000002'; INSERT INTO endpoints SELECT * FROM other"
}

asked_of_hub() { # FILTER
	run --separate-stderr "$UNFIN" fleet --hub "$work/hub/hub.db" --json
	jq -e "$1" <<<"$output" || { echo "$output"; return 1; }
}

@test "what the settings leave out is told to no hub" {
	window=2s look
	echo 'ignore = never-closed' >"$work/unfin.conf"
	hub hub
	uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there stored_is "SELECT count(*) FROM findings WHERE id = 'never-closed'" 1
	export UNFIN_CONFIG=$work/unfin.conf
	uplink up2 00000000000000a2 --hub http://127.0.0.1:9780
	until_there stored_is 'SELECT count(*) FROM looks WHERE host_id = 162' 1
	stored_is "SELECT count(*) FROM findings WHERE id = 'never-closed' AND host_id = 162" 0
}

@test "what a host translates proves nothing gone, also through a hub" {
	hub hub
	uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there stored_is 'SELECT count(*) FROM looks' 1
	apart
	asked_of_hub '.pairs | length > 0 and all(.verdict == "half_open")'
	sqlite3 "$work/hub/hub.db" 'UPDATE suspects SET nat = 1'
	asked_of_hub '.pairs | length > 0 and all(.verdict == "unknown" and .reason == "translated")'
	sqlite3 "$work/hub/hub.db" 'UPDATE suspects SET nat = 0; UPDATE looks SET translates = 1 WHERE host_id = 162'
	asked_of_hub '.pairs | length > 0 and all(.verdict == "unknown" and .reason == "leads_on")'
	sqlite3 "$work/hub/hub.db" 'UPDATE looks SET translates = host_id = 161'
	asked_of_hub '.pairs | length > 0 and all(.verdict == "half_open")' # it reads what it translates itself
	sqlite3 "$work/hub/hub.db" 'UPDATE looks SET translates = 2 * (host_id = 161)'
	asked_of_hub '.pairs | length > 0 and all(.verdict == "unknown" and .reason == "translated")'
}

@test "both have no right left, and are nobody" {
	hub hub
	uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there stored_is 'SELECT count(*) FROM looks' 1
	for pid in "$hub_pid" "$uplink_pid"; do
		grep -qx $'CapPrm:\t0000000000000000' "/proc/$pid/status"
		grep -qx $'NoNewPrivs:\t1' "/proc/$pid/status"
		grep -qx $'Seccomp:\t2' "/proc/$pid/status"
		grep -qx $'Uid:\t65534\t65534\t65534\t65534' "/proc/$pid/status"
	done
}

# systemd makes a link of the folder of a user that exists while his service runs.
@test "a folder behind a link is a hub's folder, and a file behind one is not its store" {
	install -d -o nobody "$work/private"
	ln -s private "$work/hub"
	hub hub
	uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there stored_is 'SELECT count(*) FROM looks' 1
	run -0 --separate-stderr "$UNFIN" fleet status --hub "$work/hub/hub.db"
	install -d -o nobody "$work/other"
	ln -s ../private/hub.db "$work/other/hub.db"
	run -4 --separate-stderr inside "$UNFIN" hub --state "$work/other" --web.listen-address 127.0.0.1:9781
	[[ $stderr == *"cannot open the store, hub.db"* ]]
}

@test "a host writes for itself alone" {
	hub hub --web.listen-address :9780 "${secure[@]}"
	# shellcheck disable=SC2046 # words
	uplink up 00000000000000a1 $(as two)
	until_there grep -q 'refuses (403): the batch names another host than sends it' "$work/up.log"
	# shellcheck disable=SC2046 # words
	uplink clerk 00000000000000a3 $(as clerk)
	until_there grep -q 'refuses (401): .*the name in its certificate is not the id of a host' "$work/clerk.log"
	# shellcheck disable=SC2046 # words
	uplink stranger 00000000000000a1 $(as stranger)
	until_there grep -q 'refuses (401): .*not signed by the authority' "$work/stranger.log"
	stored_is 'SELECT (SELECT count(*) FROM looks) + (SELECT count(*) FROM suspects) + (SELECT count(*) FROM hosts)' 0
	# It is kept, for the day on which somebody puts that right.
	ls "$work"/up/h*
}

@test "a host is known by its token, too" {
	install -d -o nobody -m 700 "$work/tokens"
	openssl rand -hex 32 >"$work/token"
	install -o nobody -m 600 "$work/token" "$work/tokens/00000000000000a1"
	install -o nobody -m 644 "$work/token" "$work/tokens/00000000000000a2"
	chmod 600 "$work/token"
	hub hub --web.listen-address :9780 --web.config.file "$files/tls.yml" --tokens "$work/tokens"
	uplink up 00000000000000a1 --hub "$url" --hub-ca "$files/ca.crt" --hub-token "$work/token"
	until_there stored_is 'SELECT count(*) FROM looks WHERE host_id = 161' 1
	# A token that others may read is none.
	uplink open 00000000000000a2 --hub "$url" --hub-ca "$files/ca.crt" --hub-token "$work/token"
	until_there grep -q "refuses (401): .*that is not this host's token" "$work/open.log"
	stored_is 'SELECT count(*) FROM looks WHERE host_id = 162' 0
	chmod 644 "$work/token"
	run -2 --separate-stderr "$UNFIN" uplink --state "$work/other" --hub "$url" --hub-token "$work/token"
	[[ $stderr == *"others may read it"* ]]
	# Nor in a folder where only its reading is allowed.
	install -d -o 1234 -m 700 "$work/private"
	install -o 1234 -m 644 "$work/token" "$work/private/token"
	run -2 --separate-stderr timeout 10 "$UNFIN" uplink --state "$work/other" --hub "$url" --hub-token "$work/private/token"
	[[ $stderr == *"others may read it"* ]]
}

@test "other hosts reach a hub only over TLS, and as who they are" {
	run -2 --separate-stderr "$UNFIN" hub --state "$work/hub" --web.listen-address :9780
	[[ $stderr == *"[::]:9780 can be reached by other hosts, and TLS is not set"*"tls_server_config"* ]]
	run -2 --separate-stderr "$UNFIN" hub --state "$work/hub" --web.listen-address :9780 --web.config.file "$files/tls.yml"
	[[ $stderr == *"nothing tells who sends"*"RequireAndVerifyClientCert"* ]]
	run -2 --separate-stderr "$UNFIN" uplink --state "$work/up" --hub http://10.0.0.1:9780
	[[ $stderr == *"is no hub"* ]]
	[ ! -e "$work/hub" ]
}

@test "what its web configuration asks for is asked of everybody, or refused" {
	hub hub --web.listen-address :9780 "${secure[@]}"
	for path in /metrics /v1/time /-/healthy; do
		[ "$(status_of --cacert "$files/ca.crt" "$url$path")" = 401 ]
		[ "$(status_of --cacert "$files/ca.crt" --cert "$files/stranger.crt" --key "$files/stranger.key" "$url$path")" = 401 ]
		[ "$(status_of --cacert "$files/ca.crt" --cert "$files/two.crt" --key "$files/two.key" "$url$path")" = 200 ]
	done
	# shellcheck disable=SC2016 # a bcrypt hash
	{ cat "$files/tls.yml"; printf "basic_auth_users:\n  prom: '%s'\n" '$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG'; } >"$files/users.yml"
	install -d -o nobody "$work/tokens"
	run -2 --separate-stderr inside "$UNFIN" hub --state "$work/other" --web.listen-address :9781 --web.config.file "$files/users.yml" --tokens "$work/tokens"
	[[ $stderr == *"asks nobody for a password, and basic_auth_users is in"*"take it out"* ]]
	[ ! -e "$work/other" ]
}

@test "what is no batch is answered, and what it said is not kept" {
	hub hub
	ask -o "$work/answer" -w '%{http_code}' --data-binary 'no batch' http://127.0.0.1:9780/v1/batch >"$work/status"
	[ "$(<"$work/status")" = 400 ]
	jq -e '.what == "this is no batch" and .why != null' "$work/answer"
	head -c 2000000 /dev/zero >"$work/large"
	[ "$(status_of --data-binary "@$work/large" http://127.0.0.1:9780/v1/batch)" = 413 ]
	[ "$(status_of -X DELETE http://127.0.0.1:9780/v1/batch)" = 405 ]
	[ "$(status_of http://127.0.0.1:9780/v1/other)" = 404 ]
	[ "$(status_of http://127.0.0.1:9780/-/healthy)" = 200 ]
	[ "$(stat -c %s "$work"/hub/spool-*)" = 0 ]
}

@test "a folder that is another's is refused, and stays as it was" {
	mkdir "$work/docs"
	echo mine >"$work/docs/letter"
	before=$(stat -c '%U %G %a %Y' "$work/docs")
	for start in "hub" "uplink --hub http://127.0.0.1:9780" "agent --no-web --run $work/run2"; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr inside "$UNFIN" $start --state "$work/docs"
		[[ $stderr == *"$work/docs is not empty, and not a folder of unfin ${start%% *}: there is letter; nothing was changed"* ]]
	done
	run -2 --separate-stderr inside "$UNFIN" agent --no-web --state "$work/state2" --run "$work/docs"
	[ ! -e "$work/run2" ] && [ ! -e "$work/state2" ]
	run -4 --separate-stderr inside "$UNFIN" agent --no-web --state "$work/state2" --run /dev/null
	[ ! -e "$work/state2" ]
	[ "$(stat -c '%U %G %a %Y' "$work/docs")" = "$before" ]
	[ "$(ls -A "$work/docs")" = letter ]
	# A hub's is a hub's alone, and one hub's.
	hub hub
	run -2 --separate-stderr inside "$UNFIN" uplink --hub http://127.0.0.1:9780 --state "$work/hub"
	run -4 --separate-stderr inside "$UNFIN" hub --state "$work/hub" --web.listen-address 127.0.0.1:9781
	[[ $stderr == *"another unfin hub, pid $hub_pid, writes in $work/hub already"* ]]
	# A start that is refused leaves nothing behind.
	run -4 --separate-stderr inside "$UNFIN" hub --state "$work/second"
	[[ $stderr == *"cannot listen on 127.0.0.1:9780"* ]]
	[ ! -e "$work/second" ]
	# One that was stopped before it wrote anything may begin again.
	mkdir "$work/begun"
	install -o nobody /dev/stdin "$work/begun/lock" <<<1
	hub begun --web.listen-address 127.0.0.1:9782
}
