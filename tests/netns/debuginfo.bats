#!/usr/bin/env bats
# unfin blame: lines of a stripped program, whose debugging information a server has: a good one, and bad ones.
bats_require_minimum_version 1.5.0

setup_file() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN DIR=$BATS_TEST_DIRNAME PROGRAMS=$BATS_TEST_DIRNAME/../blame-matrix/programs OUT=$BATS_FILE_TMPDIR
	[ -x "${UNFIN%/*}/unfin-blame" ] && [ -x "${UNFIN%/*}/unfin-hub" ] && unshare -n true 2>/dev/null || return 0
	cd "$OUT" || return
	chmod 711 "$OUT"
	cp "$PROGRAMS/leak.c" . && mkdir build
	gcc -O2 -g -Wl,--build-id leak.c -o build/leak -pthread && gcc -O1 -g -Wl,--build-id leak.c -o build/other -pthread
	objcopy --only-keep-debug build/leak build/right.debug && objcopy --only-keep-debug build/other build/other.debug
	strip -s -o stripped build/leak
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
		-keyout key -out certificate 2>/dev/null
	# shellcheck disable=SC2016 # expanded inside
	unshare -nm bash -c '
		ip link set lo up
		python3=/usr/bin/python3 at=http://127.0.0.1:8002 servers=3
		[ -s certificate ] || servers=2
		"$python3" "$PROGRAMS/server.py" 8080 & pids=$!
		"$python3" "$DIR/debuginfo.py" 8002 build/right.debug build/other.debug >asked & pids="$pids $!"
		"$python3" "$DIR/debuginfo.py" 8003 build/right.debug build/other.debug certificate key & pids="$pids $!"
		for _ in $(seq 100); do [ "$(ss -tlnH | grep -cE ":(8080|8002|8003) ")" != "$servers" ] || break; sleep 0.05; done
		./stripped 8080 20 & pids="$pids $!"
		# fetch NAME URLS [VARIABLE=VALUE...]: what blame says with a cache of its own; a busy machine is no slow server
		fetch() {
			local name=$1 urls=$2 status=0
			shift 2
			mkdir -p "$OUT/cache-$name"
			env XDG_CACHE_HOME="$OUT/cache-$name" DEBUGINFOD_URLS="$urls" DEBUGINFOD_TIMEOUT=30 UNFIN_FILTER=kill "$@" "$UNFIN" blame --netns self --window 1s --json \
				"comm == stripped" >"$name.json" 2>"$name.err" || status=$?
			echo "$status" >"$name.status"
		}
		runs=
		for how in right none other busy announced; do fetch "$how" "$at/$how" & runs="$runs $!"; done
		wait $runs; runs=
		fetch hang "$at/hang/" DEBUGINFOD_TIMEOUT=2 & runs="$runs $!"
		fetch endless "$at/endless" & runs="$runs $!"
		fetch closed http://127.0.0.1:9 & runs="$runs $!"
		fetch second "file:///etc $(printf "$at/none-%s  " 1 2 3 4 5 6 7 8)http://127.0.0.1:9 $at/away" XDG_CACHE_HOME="$OUT/cache-busy" & runs="$runs $!"
		fetch off "" & runs="$runs $!"
		fetch file file:///etc & runs="$runs $!"
		fetch stranger https://localhost:8003/right & runs="$runs $!"
		wait $runs
		mount --bind certificate /etc/ssl/certs/ca-certificates.crt 2>/dev/null && { fetch tls https://localhost:8003/right & fetch plain https://localhost:8003/away; wait $!; }
		# as a user, with the rights that doctor names
		own=$(mktemp -d /var/tmp/unfin-user.XXXXXX) && chmod 755 "$own" && mkdir -m 777 "$own/home" && cp "$UNFIN" "${UNFIN%/*}/unfin-blame" "${UNFIN%/*}/unfin-hub" "$own" &&
			setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search,cap_sys_admin,cap_net_admin+ep "$own/unfin" &&
			setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search,cap_sys_admin,cap_net_admin+ep "$own/unfin-blame" &&
			{ XDG_CACHE_HOME="" HOME=$own/home DEBUGINFOD_URLS=$at/right DEBUGINFOD_TIMEOUT=30 setpriv --reuid=65533 --regid=65533 --clear-groups "$own/unfin" blame --netns self --window 1s \
				--json "comm == stripped" >user.json 2>user.err || true; stat -c "%a %u" "$own"/home/.cache/unfin/debuginfo/*.debug >user.kept; }
		rm -rf "$own"
		asked=$(wc -l <asked)
		fetch right "$at/none" & runs=$!
		# where the machine is busy, it follows what is opened from late in its window on
		for window in 2s 5s 10s; do
			XDG_CACHE_HOME="$OUT/cache-right" "$UNFIN" check --netns self --window $window --json "comm == stripped" >check.json 2>check.err
			! jq -e "any(.findings[]; .site)" check.json >/dev/null || break
		done
		wait $runs
		echo $(($(wc -l <asked) - asked)) >asked-again
		kill $pids' 3>&- || true
}

setup() {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	[ -x "${UNFIN%/*}/unfin-blame" ] || skip "unfin-blame was not built: it needs libdw-dev, libgit2-dev and libiberty-dev"
	[ -x "${UNFIN%/*}/unfin-hub" ] || skip "unfin-hub, which talks to servers, was not built: it needs libcurl4-gnutls-dev"
	cd "$OUT" || return
}

# why NAME: of its places, without a line each
why() {
	cat "$1.err"
	[ "$(<"$1.status")" = 1 ]
	jq -e '[.sites[] | select(.process.comm == "stripped" and .how != "none")] | length > 0 and all(.how == "native-only" and .line == null)' "$1.json" >/dev/null
	jq -r 'first(.sites[] | select(.how == "native-only")).why' "$1.json"
}

@test "each marked line, from the server that has the file; kept for this user alone, and for the next time" {
	cat right.err
	diff <(awk '/here: / { sub(/ \*\/$/, ""); print $NF, NR, "exact" }' leak.c | sort) \
		<(jq -r '.sites[] | select(.function != null) | "\(.function) \(.line) \(.how)"' right.json | sort)
	build=$(readelf -n stripped | awk '/Build ID/ { print $3 }')
	[ "$(stat -c '%a %u' cache-right/unfin cache-right/unfin/debuginfo "cache-right/unfin/debuginfo/$build.debug" | tr '\n' ' ')" = '700 0 700 65534 600 65534 ' ]
	[ "$(<asked-again)" = 0 ]
}

@test "the tenth of many servers, by way of another place, into a folder that is there; and what is no server is passed over" {
	jq -e '[.sites[] | select(.how == "exact")] | length > 3' second.json || { cat second.err; jq -c ".sites[]|[.how,.why]" second.json; return 1; }
}

@test "check has what was fetched, and asks nobody" {
	jq -e 'first(.findings[] | select(.site)).site | .how == "exact" and .line > 0' check.json || { cat check.err; jq -c ".findings[].site|[.how,.why]" check.json; return 1; }
}

@test "no server was named: nobody is asked, and how to is said" {
	[[ $(why off) == *DEBUGINFOD_URLS* ]]
	run ! grep -q '^/off' asked
	[ -z "$(ls -A cache-off)" ]
}

@test "what no server has, what another build is, what fails: said, with the next step, and nothing is kept" {
	[[ $(why none) == "no line table, and 127.0.0.1:8002 has none for build "*": put its .debug file beside it" ]]
	[[ $(why other) == "no line table, and what 127.0.0.1:8002 sent for build "*" is of another: put its .debug file beside it" ]]
	[[ $(why busy) == "no line table, and 127.0.0.1:8002 answered HTTP 503: "* ]]
	[[ $(why file) == "no line table, and DEBUGINFOD_URLS names no server: "* ]]
	[[ $(why closed) == "no line table, and 127.0.0.1:9: "*": check DEBUGINFOD_URLS" ]]
	for name in none other closed; do [ -z "$(ls -A "cache-$name/unfin/debuginfo")" ]; done
}

@test "one that hangs, and one that sends 10 GB: an end in time and size, and nothing is kept" {
	[[ $(why hang) == "no line table, and 127.0.0.1:8002 took longer than 2 s for it: wait longer with DEBUGINFOD_TIMEOUT=20" ]]
	[ "$(grep -c '^/hang/' asked)" = 1 ]
	[[ $(why announced) == "no line table, and that of 127.0.0.1:8002 is larger than 256 MB: "* ]]
	[[ $(why endless) == "no line table, and that of 127.0.0.1:8002 is larger than 256 MB: "* ]]
	for name in hang announced endless; do [ -z "$(ls -A "cache-$name/unfin/debuginfo")" ]; done
}

@test "over TLS, of a certificate that is believed; no way leads from there to a server without" {
	[ -s certificate ] || skip "openssl is not installed"
	[[ $(why stranger) == "no line table, and localhost:8003: "*": check DEBUGINFOD_URLS" ]]
	[ -e tls.json ] || skip "no /etc/ssl/certs/ca-certificates.crt to put a certificate in place of"
	jq -e '[.sites[] | select(.how == "exact")] | length > 3' tls.json || { why tls; return 1; }
	[[ $(why plain) == "no line table, and localhost:8003: "*": check DEBUGINFOD_URLS" ]]
}

@test "as a user, with a cache of his own" {
	[ -e user.json ] || skip "this file system keeps no capabilities"
	jq -e '[.sites[] | select(.how == "exact")] | length > 3' user.json || { cat user.err; jq -c '.sites[] | [.how, .why]' user.json; return 1; }
	[ "$(<user.kept)" = '600 65533' ]
}

@test "of root's cache nothing is made in a folder of others" {
	mkdir -m 777 theirs
	XDG_CACHE_HOME=$PWD/theirs DEBUGINFOD_URLS=http://b.example "$UNFIN" doctor --json >root || true
	jq -e '.features[] | select(.id == "debuginfod").why | endswith("kept in /var/cache/unfin/debuginfo")' root
}

@test "doctor tells whether it is on, of whom, and shows no password" {
	DEBUGINFOD_URLS='' "$UNFIN" doctor --json >off || true
	jq -e '.features[] | select(.id == "debuginfod") | .ok and (.why | startswith("off, no server is asked"))' off
	XDG_CACHE_HOME=$PWD/cache-off DEBUGINFOD_URLS='https://joe:hidden@a.example http://b.example' DEBUGINFOD_TIMEOUT=7 "$UNFIN" doctor --json >on || true
	jq -e '.features[] | select(.id == "debuginfod") | .ok and (.why | contains("a.example") and contains("b.example") and contains("7 s for a file") and
		contains("/cache-off/unfin/debuginfo") and (contains("hidden") | not))' on
}
