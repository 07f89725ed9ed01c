#!/usr/bin/env bats
# unfin hub and unfin uplink: what a host sees comes to a hub, once, and nobody's else.
bats_require_minimum_version 1.5.0
load web.bash

certify() { # NAME COMMON-NAME [DAYS]: a certificate of the authority
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -days "${3:-2}" -out "$1.crt" \
		-extfile <(echo 'subjectAltName=DNS:localhost,IP:127.0.0.1') 2>/dev/null
}

setup_file() {
	command -v openssl >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.crt 2>/dev/null
	certify hub localhost
	certify one 00000000000000a1
	certify two 00000000000000a2
	certify clerk alice
	certify late 00000000000000a1 0
	certify latehub localhost 0
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=00000000000000a1 -keyout stranger.key -out stranger.crt 2>/dev/null
	printf 'tls_server_config:\n  cert_file: hub.crt\n  key_file: hub.key\n' >tls.yml
	{ cat tls.yml; printf '  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n'; } >mutual.yml
	sed s/hub/latehub/ mutual.yml >latehub.yml
}

setup() {
	need_web
	[ -x "${UNFIN%/*}/unfin-hub" ] || skip "unfin-hub is not built (libcurl4-gnutls-dev or libzstd-dev is missing)"
	command -v openssl >/dev/null || skip "openssl is not installed"
	command -v sqlite3 >/dev/null || skip "sqlite3 is not installed"
	files=$BATS_FILE_TMPDIR
	work=$BATS_TEST_TMPDIR
	chmod 755 "$BATS_RUN_TMPDIR" "$files" "$work"
	mkdir -p "$work/run"
	leak
	look
}
teardown() { end_web; }

# Three connections that a server has finished, and their client keeps.
leak() {
	inside python3 -c '
import ctypes, socket, time
ctypes.CDLL(None).prctl(1, 9) # PR_SET_PDEATHSIG: what ends it is the shell that started it
s = socket.create_server(("127.0.0.1", 8080))
kept = [socket.create_connection(("127.0.0.1", 8080)) for _ in range(3)]
for _ in range(3):
	s.accept()[0].close()
open("'"$work"'/leaks", "w")
time.sleep(100)' 3>&- &
	started+=($!)
	until_there test -e "$work/leaks"
}

# The agent's last moment, as it leaves it.
look() {
	rm -f "$work/run/new"
	inside "$UNFIN" record --quiet --window 0 --netns self "$work/run/new"
	chmod 640 "$work/run/new"
	mv "$work/run/new" "$work/run/moment"
}

until_there() { # CMD...: at most 20 s
	for _ in $(seq 400); do ! "$@" >/dev/null 2>&1 || return 0; sleep 0.05; done
	echo "not within 20 s: $*"
	cat "$work"/*.log
	return 1
}

hub() { # NAME ARGS...
	local name=$1
	shift
	: >"$work/$name.log"
	UNFIN_FILTER="kill" ip netns exec "$netns" "${limit[@]}" "$UNFIN" hub --state "$work/$name" "$@" 2>>"$work/$name.log" 3>&- &
	hub_pid=$!
	started+=("$hub_pid")
	until_there grep -q 'taking batches' "$work/$name.log"
}

uplink() { # NAME HOST-ID ARGS...
	local name=$1
	install -d -o nobody "$work/$name"
	[ -e "$work/$name/host-id" ] || { echo "$2" >"$work/$name/host-id"; chown nobody "$work/$name/host-id"; }
	shift 2
	UNFIN_FILTER="kill" ip netns exec "$netns" "$UNFIN" uplink --state "$work/$name" --run "$work/run" --interval 1s "$@" 2>>"$work/$name.log" 3>&- &
	uplink_pid=$!
	started+=("$uplink_pid")
}

stored() { sqlite3 -readonly "$work/hub/hub.db" "$1"; }
stored_is() { [ "$(stored "$1")" = "$2" ]; }
secure=(--web.config.file "$BATS_FILE_TMPDIR/mutual.yml")
url=https://localhost:9780

as() { echo --hub "$url" --hub-ca "$files/ca.crt" --hub-cert "$files/$1.crt" --hub-key "$files/$1.key"; }

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
	run -2 --separate-stderr "$UNFIN" fleet --hub "$work/run/moment"
	[[ $stderr == *"cannot read"*"it is no store of a hub"* ]]
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

@test "whatever is wrong with a certificate is told, and what waited is there once it is right" {
	hub hub --web.listen-address :9780 "${secure[@]}"
	hub latehub --web.listen-address :9781 --web.config.file "$files/latehub.yml"
	until_refused() { # WHY UPLINK-ARGS...: and ends it
		local why=$1
		shift
		rm -f "$work/up.log"
		uplink up 00000000000000a1 "$@"
		until_there grep -q "$why" "$work/up.log"
		kill "$uplink_pid"
		wait "$uplink_pid" || true
		look
	}
	# shellcheck disable=SC2046 # words
	until_refused 'refuses (401): this hub does not know who sends that: .*or it has expired' $(as late)
	mine=(--hub-cert "$files/one.crt" --hub-key "$files/one.key")
	until_refused 'its certificate is not signed by an authority that this host trusts' --hub "$url" --hub-ca "$files/stranger.crt" "${mine[@]}"
	until_refused 'its certificate is not signed by an authority that this host trusts' --hub "$url" "${mine[@]}"
	until_refused 'its certificate has expired' --hub https://localhost:9781 --hub-ca "$files/ca.crt" "${mine[@]}"
	until_refused "does not match target host name '127.0.0.2'" --hub https://127.0.0.2:9780 --hub-ca "$files/ca.crt" "${mine[@]}"
	stored_is 'SELECT count(*) FROM looks' 0
	# shellcheck disable=SC2046 # words
	uplink up 00000000000000a1 $(as one)
	until_there stored_is 'SELECT count(*) FROM looks' 6
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

@test "a hub that is killed loses nothing that it had taken, and the rest waits" {
	hub hub
	uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there stored_is 'SELECT count(*) FROM looks' 1
	kill -KILL "$hub_pid"
	wait "$hub_pid" || true
	for _ in 1 2 3; do
		waiting=$(find "$work/up" -name '[qh]*[0-9]' | wc -l)
		look
		until_there test "$(find "$work/up" -name '[qh]*[0-9]' | wc -l)" -ge "$waiting"
		until_there bash -c "[ \$(find '$work/up' -name '[qh]*[0-9]' | wc -l) -gt $waiting ]"
	done
	grep -q 'does not answer' "$work/up.log"
	hub hub
	until_there stored_is 'SELECT count(*) FROM looks' 4
	until_there bash -c "! ls '$work'/up/[qh]*[0-9]"
	stored_is 'SELECT count(*) - count(DISTINCT host_id || at_ms || cookie) FROM suspects' 0
	stored_is 'SELECT count(DISTINCT seq) FROM looks' 4
}

# As a hub whose disk is full, and stays so.
full_hub() { # PORT
	inside python3 -c '
import ctypes, http.server, time
ctypes.CDLL(None).prctl(1, 9)
class Full(http.server.BaseHTTPRequestHandler):
	def reply(self, status, body):
		self.send_response(status)
		self.send_header("Content-Length", len(body))
		self.send_header("Retry-After", "600")
		self.end_headers()
		self.wfile.write(body)
	def do_GET(self):
		self.reply(200, b"{\"unix_ms\": %d}" % (time.time() * 1000))
	def do_POST(self):
		self.rfile.read(int(self.headers["Content-Length"]))
		self.reply(503, b"{\"what\": \"the hub has no room left for that\"}")
	def log_message(self, *args): pass
s = http.server.HTTPServer(("127.0.0.1", '"$1"'), Full)
open("'"$work"'/full", "w")
s.serve_forever()' 3>&- &
	started+=($!)
	until_there test -e "$work/full"
}

@test "a hub that has no room gives way to the next" {
	full_hub 9779
	hub hub
	uplink up 00000000000000a1 --hub http://127.0.0.1:9779 --hub http://127.0.0.1:9780
	until_there stored_is 'SELECT count(*) FROM looks' 1
	grep -q 'http://127.0.0.1:9779 refuses (503): the hub has no room left' "$work/up.log"
}

@test "an agent that has gone back to an earlier state gets numbers of its own" {
	hub hub
	uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there stored_is 'SELECT count(*) FROM looks' 1
	kill "$uplink_pid"
	wait "$uplink_pid" || true
	rm "$work/up/epoch" # as a disk that was restored
	look
	uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there grep -q 'refuses (409): another batch had that number' "$work/up.log"
	until_there stored_is 'SELECT count(*) FROM looks' 2
	stored_is 'SELECT max(epoch) FROM looks' 2
}

@test "an uplink without an agent says so, and goes on" {
	hub hub
	mv "$work/run/moment" "$work/kept"
	uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there grep -q "cannot see $work/run/moment: No such file or directory; unfin agent writes it" "$work/up.log"
	mv "$work/kept" "$work/run/moment"
	until_there stored_is 'SELECT count(*) FROM looks' 1
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

slow() { # COUNT KIND: clients that keep the hub waiting
	inside python3 "$BATS_TEST_DIRNAME/../fleet/slow.py" 9780 "$@" >"$work/$2" 2>"$work/$2.log" 3>&- &
	started+=($!)
}

# Within 10 s: four hosts, two looks each.
others_go_on() {
	for kind in "$@"; do until_there grep -q there "$work/$kind"; done
	mkdir "$work/load"
	inside timeout 10 "$UNFIN" hub-load --hub http://127.0.0.1:9780 --state "$work/load" --count 4 --limit 2 >"$work/told"
	jq -e '.looks == 8 and .failed == 0' "$work/told"
}

@test "whoever is slow keeps nobody out" {
	limit=(prlimit --nofile=300:300)
	hub hub
	for kind in silent headers body deaf; do slow 100 $kind; done
	others_go_on silent headers body deaf
}

@test "a host may have four batches on their way at once" {
	install -d -o nobody -m 700 "$work/tokens"
	openssl rand -hex 32 | install -o nobody -m 600 /dev/stdin "$work/tokens/00000000000000a1"
	hub hub --tokens "$work/tokens"
	inside python3 -c '
import select, socket, sys
head = "POST /v1/batch HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer 00000000000000a1.%s\r\nContent-Length: 1000\r\n\r\nUNFB"
def send():
	s = socket.create_connection(("127.0.0.1", 9780))
	s.sendall((head % sys.argv[1]).encode())
	return s
oldest, *others = [send() for _ in range(5)]
ended = select.select([oldest], [], [], 5)[0] and oldest.recv(1) == b"" # long before a hub ends who is quiet
sys.exit(not ended or bool(select.select(others, [], [], 0)[0]))' "$(<"$work/tokens/00000000000000a1")"
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
