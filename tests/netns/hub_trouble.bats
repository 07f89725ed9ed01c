#!/usr/bin/env bats
# unfin hub and unfin uplink, when something goes wrong: nothing is lost, and it is told.
bats_require_minimum_version 1.5.0
load web.bash
load hub.bash
# shellcheck disable=SC2154 # files, work, url and others: of hub.bash

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

# Clocks of one program each, set while it runs; the host's own is nobody's to set.
clocks() {
	command -v gcc >/dev/null || skip "no compiler for the clock that is set"
	gcc -shared -fPIC -O1 -o "$work/clock.so" "$BATS_TEST_DIRNAME/clock.c" || skip "no compiler for the clock that is set"
	for name in host hub; do set_clock $name 0; done
}
set_clock() { printf '%-20s' "$2" >"$work/new-clock" && dd if="$work/new-clock" of="$work/$1.clock" conv=notrunc status=none; }
with_clock() { # NAME CMD...
	local name=$1
	shift
	CLOCK_OFFSET=$work/$name.clock LD_PRELOAD=$work/clock.so "$@"
}
newest_is() { # SECONDS-AHEAD LOOKS: that many, and the last one of now by the hub's clock
	[ "$(stored "SELECT count(*) || ' ' || (abs(max(at_ms) / 1000 - $EPOCHSECONDS - $1) < 30) FROM looks")" = "$2 1" ]
}

@test "clocks that are hours off, or set while they run: rows are of the hub's time, and none is refused" {
	clocks
	with_clock hub hub hub
	set_clock host 10800 # three hours ahead from the start
	with_clock host look
	with_clock host uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there newest_is 0 1
	stored_is "SELECT skew_known, abs(skew_ms - 10800000) < 30000 FROM looks" '1|1'
	set_clock host -7200 # and back by five
	with_clock host look
	until_there newest_is 0 2
	[ ! -e "$work"/up/p000000000001 ]
	# The hub's own is set forward: what it is told is of its time, soon.
	set_clock hub 5400
	with_clock host look
	until_there stored_is 'SELECT count(*) FROM looks' 3
	run ! ls "$work"/up/p*
	# It goes back: at most what was under way is lost, and told.
	kill "$uplink_pid"
	wait "$uplink_pid" || true
	with_clock host look # before: the last one would be told again
	with_clock host uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there newest_is 5400 4
	set_clock hub 0
	with_clock host look
	until_there grep -q 'refuses (400): .*is that host.s clock right' "$work/up.log"
	with_clock host look
	until_there stored_is "SELECT lost > 0 AND abs(at_ms / 1000 - $EPOCHSECONDS) < 60 FROM looks WHERE epoch = 2 AND seq > 1" 1
}

@test "a hub that takes connections and says nothing: looks are kept all the same, and who is told to end does so" {
	inside python3 -c '
import ctypes, socket, time
ctypes.CDLL(None).prctl(1, 9) # PR_SET_PDEATHSIG: what ends it is the shell that started it
s = socket.create_server(("127.0.0.1", 9780))
open("'"$work"'/hangs", "w")
time.sleep(100)' 3>&- &
	started+=($!)
	until_there test -e "$work/hangs"
	uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there sh -c 'ls "$1"/up/h0*' - "$work" # under way, for a minute
	local begin=$SECONDS
	look
	until_there sh -c 'ls "$1"/up/q0*' - "$work"
	((SECONDS - begin < 30)) # a second
	begin=$SECONDS
	kill "$uplink_pid"
	wait "$uplink_pid" || true
	((SECONDS - begin < 15)) # a second, on a machine that is not busy; it was 60 and more
}

# Its folder on a disk of its own, 2 MB, in a mount namespace that ends with it.
uplink_on_small_disk() {
	mkdir "$work/up"
	UNFIN_FILTER="kill" unshare -m bash -c '
		mount -t tmpfs -o size=2m,mode=755 tmpfs "$1/up" && chown nobody "$1/up"
		echo 00000000000000a1 >"$1/up/host-id" && chown nobody "$1/up/host-id"
		exec ip netns exec "$2" "$3" uplink --state "$1/up" --run "$1/run" --interval 1s --hub http://127.0.0.1:9780 2>>"$1/up.log"' \
		- "$work" "$netns" "$UNFIN" 3>&- &
	uplink_pid=$!
	started+=("$uplink_pid")
}
there() { nsenter -t "$uplink_pid" -m "$@"; }
waiting_are() { [ "$(there find "$work/up" -name '[qh]0*' | wc -l)" = "$1" ]; }

@test "an uplink whose disk is full sends what waits, and gives up the oldest for the newest" {
	uplink_on_small_disk
	until_there waiting_are 1
	for n in 2 3 4; do look; until_there waiting_are $n; done
	there sh -c "cat /dev/zero >'$work/up/filler'" 2>/dev/null || true
	look
	until_there there test ! -e "$work/up/q000000000002"
	hub hub
	until_there waiting_are 0
	until_there stored_is 'SELECT count(*) BETWEEN 2 AND 4 FROM looks' 1
	look # of which the next one tells that they are missing
	until_there stored_is 'SELECT max(lost) > 0 FROM looks' 1
	run ! grep -q 'cannot read what is to be sent' "$work/up.log"
	[ "$(there df --output=avail "$work/up" | tail -n 1)" -lt 100 ]
}

@test "a finding that ended while nothing could be kept has ended for the hub, too" {
	# shellcheck disable=SC2034 # look() has it
	window=2s
	look
	hub hub
	uplink_on_small_disk
	until_there stored_is 'SELECT count(*) > 0 FROM findings WHERE closed = 0' 1
	there sh -c "cat /dev/zero >'$work/up/filler'" 2>/dev/null || true
	kill "${started[0]}"
	wait "${started[0]}" || true
	look
	until_there grep -q 'cannot keep what is to be sent' "$work/up.log"
	there rm "$work/up/filler"
	until_there stored_is 'SELECT count(*) FROM findings WHERE closed = 0' 0
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
	# shellcheck disable=SC2034 # hub() has it
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

