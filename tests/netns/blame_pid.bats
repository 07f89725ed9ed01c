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
	local opener line
	cat "$OUT/$1.err"
	jq -c '[.unfinished, .unattributed, (.sites[] | del(.stack))]' "$OUT/$1.json"
	[ "$(<"$OUT/$1.status")" = 1 ]
	read -r _ opener <"$OUT/pids"
	line=$(awk '/here: fetch/ { print NR }' "$PROGRAMS/hands.py")
	jq -e --argjson line "$line" --argjson opener "$opener" '.unfinished > 0 and (.sites | length) == 1 and
		(.sites[0] | .process.pid == $opener and .line == $line and .how == "exact" and .inferred < .count)' "$OUT/$1.json"
}

@test "of a process that holds nothing there is nothing, whatever others leave" {
	jq -c '[.unfinished, .unattributed, .young]' "$OUT/idle.json"
	[ "$(<"$OUT/idle.status")" = 0 ]
	jq -e '.unfinished == 0 and .unattributed == 0 and .sites == []' "$OUT/idle.json"
}

@test "who holds what another process opened is told that one's line" { names_opener keeper; }

@test "who has handed on what it opened is told its line" { names_opener opener; }
