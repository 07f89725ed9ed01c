#!/usr/bin/env bats
# unfin blame --pid: of what this process holds or has opened, and of nothing else.
bats_require_minimum_version 1.5.0

setup_file() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN PROGRAMS=$BATS_TEST_DIRNAME/../blame-matrix/programs OUT=$BATS_FILE_TMPDIR
	[ -x "${UNFIN%/*}/unfin-blame" ] && unshare -n true 2>/dev/null || return 0
	# shellcheck disable=SC2016 # expanded inside
	unshare -n bash -c '
		blame() { # NAME PID
			UNFIN_FILTER=kill "$UNFIN" blame --netns self --pid "$2" --window 5s --json >"$OUT/$1.json" 2>"$OUT/$1.err"
			echo "$?" >"$OUT/$1.status"
		}
		ip link set lo up
		/usr/bin/python3 "$PROGRAMS/server.py" 8080 & pids=$!
		for _ in $(seq 100); do ! ss -tlnH | grep -q :8080 || break; sleep 0.05; done
		/usr/bin/python3 "$PROGRAMS/hands.py" 8080 10 & hands=$!
		for _ in $(seq 100); do opener=$(pgrep -P $hands) && break; sleep 0.05; done
		sleep 600 & idle=$!
		pids="$pids $hands $opener $idle"
		jobs=
		for line in "keeper $hands" "opener $opener" "idle $idle"; do
			blame $line & jobs="$jobs $!"
		done
		UNFIN_FILTER=kill "$UNFIN" check --netns self --window 5s >"$OUT/check.page" 2>"$OUT/check.err" & jobs="$jobs $!"
		UNFIN_FILTER=kill "$UNFIN" blame --netns self --window 5s >"$OUT/blame.page" 2>"$OUT/blame.err" & jobs="$jobs $!"
		wait $jobs
		echo "$hands $opener" >"$OUT/pids"
		kill $pids' 3>&- || true
}

setup() {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	[ -x "${UNFIN%/*}/unfin-blame" ] || skip "unfin-blame was not built: it needs libdw-dev, libgit2-dev and libiberty-dev"
}

# names_opener NAME: what the parent holds was opened by the child, at the marked line
names_opener() {
	local holder opener line
	cat "$OUT/$1.err"
	jq -c '[.unfinished, .unattributed, (.sites[] | del(.stack))]' "$OUT/$1.json"
	[ "$(<"$OUT/$1.status")" = 1 ]
	read -r holder opener <"$OUT/pids"
	line=$(awk '/here: fetch/ { print NR }' "$PROGRAMS/hands.py")
	jq -e --argjson line "$line" --argjson opener "$opener" --argjson holder "$holder" '.unfinished > 0 and (.sites | length) == 1 and
		(.sites[0] | .process.pid == $opener and .process.comm == "python3" and .holder.pid == $holder and .line == $line and .how == "exact" and .inferred < .count)' "$OUT/$1.json"
}

@test "of a process that holds nothing there is nothing, whatever others leave" {
	jq -c '[.unfinished, .unattributed, .young]' "$OUT/idle.json"
	[ "$(<"$OUT/idle.status")" = 0 ]
	jq -e '.unfinished == 0 and .unattributed == 0 and .sites == []' "$OUT/idle.json"
}

@test "who holds what another process opened is told that one's line" { names_opener keeper; }

@test "who has handed on what it opened is told its line" { names_opener opener; }

@test "check and the page name whose line it is, where another process holds it" {
	local holder opener
	read -r holder opener <"$OUT/pids"
	cat "$OUT/check.page" "$OUT/blame.page" "$OUT/check.err" "$OUT/blame.err"
	tr -s ' \n' ' ' <"$OUT/check.page" | grep -qE "line /[^ ]*hands.py:[0-9]+ fetch\(\), via socket, in python3\[$opener\]; "
	grep -qE "^    process   python3\[$opener\]" "$OUT/blame.page"
	grep -qE "^    held by   python3\[$holder\]" "$OUT/blame.page"
}
