# What the tests of `unfin hub` and `unfin uplink` share: both in a namespace, certificates, a leak, a moment to tell of.
# shellcheck shell=bash disable=SC2154,SC2034 # netns: of web.bash; others: of who loads this

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
	certify late 00000000000000a1 -1 # not 0: until this second has passed
	certify latehub localhost -1
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
	inside "$UNFIN" record --quiet --window "${window:-0}" --netns self "$work/run/new"
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
