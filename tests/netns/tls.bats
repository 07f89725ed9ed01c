#!/usr/bin/env bats
# unfin web with --web.config.file: TLS, users and client certificates, as Prometheus' exporters have them.
bats_require_minimum_version 1.5.0
load web.bash

setup_file() {
	command -v openssl >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.crt 2>/dev/null
	for name in localhost client; do
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout $name.key -out $name.csr 2>/dev/null
		openssl x509 -req -in $name.csr -CA ca.crt -CAkey ca.key -days 2 -out $name.crt \
			-extfile <(echo 'subjectAltName=DNS:localhost,IP:127.0.0.1') 2>/dev/null
	done
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=stranger -keyout stranger.key -out stranger.crt 2>/dev/null
	python3 -W ignore -c 'import crypt; print("basic_auth_users:\n  alice: " + crypt.crypt("secret", crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=1 << 10)))' >users.yml
	printf 'tls_server_config:\n  cert_file: localhost.crt\n  key_file: localhost.key\n' >tls.yml
	cat tls.yml users.yml >both.yml
	{ cat tls.yml; printf '  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n'; } >mutual.yml
}

setup() {
	need_web
	command -v openssl >/dev/null || skip "openssl is not installed"
	files=$BATS_FILE_TMPDIR
}
teardown() { end_web; }

secure=https://localhost:9779

@test "TLS and a user: who has neither sees nothing, a scrape costs no hashing" {
	serve --from "$(golden incident-window)" --web.listen-address :9779 --web.config.file "$files/both.yml"
	for path in /metrics / /api/v1/check /-/healthy; do
		[ "$(status_of --cacert "$files/ca.crt" "$secure$path")" = 401 ]
		[ "$(status_of --cacert "$files/ca.crt" -u alice:wrong "$secure$path")" = 401 ]
		[ "$(status_of --cacert "$files/ca.crt" -u bob:secret "$secure$path")" = 401 ]
		[ "$(status_of --cacert "$files/ca.crt" -u alice:secret "$secure$path")" = 200 ]
	done
	run -0 ask --cacert "$files/ca.crt" -D - -o /dev/null "$secure/"
	[[ $output == *"WWW-Authenticate: Basic realm=\"unfin\""* ]]
	run ask http://localhost:9779/metrics
	[ "$status" != 0 ]
	before=$(awk '{ print $14 }' "/proc/${started[0]}/stat")
	for _ in 1 2 3 4 5 6 7 8 9 10; do [ "$(status_of --cacert "$files/ca.crt" -u alice:secret "$secure/metrics")" = 200 ]; done
	[ $(($(awk '{ print $14 }' "/proc/${started[0]}/stat") - before)) -lt 30 ] # ten hashes take seventy hundredths
}

@test "nothing below TLS 1.2" {
	serve --from "$(golden incident-window)" --web.config.file "$files/tls.yml"
	[ "$(status_of --cacert "$files/ca.crt" --tls-max 1.2 "$secure/metrics")" = 200 ]
	run inside openssl s_client -connect 127.0.0.1:9779 -tls1_1 </dev/null
	[[ $status != 0 || $output == *"Cipher is (NONE)"* ]]
}

@test "client certificates: signed ones alone" {
	serve --from "$(golden incident-window)" --web.listen-address :9779 --web.config.file "$files/mutual.yml"
	[ "$(status_of --cacert "$files/ca.crt" --cert "$files/client.crt" --key "$files/client.key" "$secure/metrics")" = 200 ]
	run status_of --cacert "$files/ca.crt" "$secure/metrics"
	[[ $output != 200 ]]
	run status_of --cacert "$files/ca.crt" --cert "$files/stranger.crt" --key "$files/stranger.key" "$secure/metrics"
	[[ $output != 200 ]]
}

@test "a config that would not lock: which line, what is meant, and nothing is served" {
	sed 's/cert_file/cert_fil/' "$files/tls.yml" >"$files/typo.yml"
	run -2 --separate-stderr inside "$UNFIN" web --from "$(golden incident-window)" --web.config.file "$files/typo.yml"
	[[ $stderr == *"typo.yml:2: there is no key of tls_server_config \"cert_fil\"; did you mean cert_file?"* ]]
	sed 's/localhost.key/client.key/' "$files/tls.yml" >"$files/other.yml"
	run -4 --separate-stderr inside "$UNFIN" web --from "$(golden incident-window)" --web.config.file "$files/other.yml"
	[[ $stderr == *"do certificate and key belong together?"* ]]
}
