#!/usr/bin/env bats
# Where a thread hangs: servers that hang in lines that are marked, all at once in one namespace, judged together.
bats_require_minimum_version 1.5.0

modes="regex loop deadlock flock stopped traced spin lock"

setup_file() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN OUT=$BATS_FILE_TMPDIR HERE=$BATS_TEST_DIRNAME
	[ -x "${UNFIN%/*}/unfin-blame" ] && unshare -n true 2>/dev/null || return 0
	[ ! -x /usr/bin/node ] || modes+=" $HERE/hung.js"
	[ -z "$(command -v java)" ] || modes+=" $HERE/Hung.java"
	gcc -O2 -g -fomit-frame-pointer "$HERE/hung.c" -o "$OUT/hung" -pthread
	# shellcheck disable=SC2016 # expanded inside
	unshare -n bash -c '
		ip link set lo up
		port=8000
		for mode in $1; do
			port=$((port + 1))
			case $mode in spin | lock) program=$OUT/hung ;; *.js) program=/usr/bin/node ;; *.java) program=$(command -v java) ;; *) program= ;; esac
			setsid /usr/bin/python3 "$HERE/hung.py" $port $mode $program & pids="$pids $!"
			case $mode in *.java) java=$! ;; esac
		done
		for _ in $(seq 200); do [ "$(ss -tnH state close-wait | wc -l)" != $((8 * $(wc -w <<<"$1"))) ] || break; sleep 0.05; done
		# a virtual machine takes its time until it has started its second thread
		[ -z "${java-}" ] || for _ in $(seq 400); do ! grep -qsx Thread-0 /proc/$java/task/*/comm || break; sleep 0.05; done
		UNFIN_FILTER=kill UNFIN_NETNS=self "$UNFIN" check --window 6s --json >"$OUT/json" 2>"$OUT/err"
		UNFIN_FILTER=kill UNFIN_NETNS=self "$UNFIN" blame --window 6s --json >"$OUT/blame" 2>>"$OUT/err"
		UNFIN_NETNS=self "$UNFIN" check --window 0 >"$OUT/page" 2>>"$OUT/err"
		mkdir "$OUT/alone" && cp "$UNFIN" "$OUT/alone/unfin"
		UNFIN_NETNS=self "$OUT/alone/unfin" check --window 0 >"$OUT/without" 2>>"$OUT/err"
		kill -KILL $pids' bash "$modes" 3>&- || true
}

setup() {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	[ -x "${UNFIN%/*}/unfin-blame" ] || skip "unfin-blame was not built: it needs libdw-dev, libgit2-dev and libiberty-dev"
}

# site MODE: "FUNCTION LINE" of the finding about it
site() {
	jq -r --arg mode "$1" '.findings[] | select(.id == "hung-owner" and (.subject.cmdline | split(" ") | index($mode))) | .site |
		"\(.function) \(.line)"' "$OUT/json"
}
# expect MODE SOURCE: it is one of those that are marked for it
expect() {
	cat "$OUT/err"
	local found
	found=$(site "$1")
	echo "$1: $found"
	awk -v mode="$1" '$0 ~ "here: " mode " " { sub(/ \*\/$/, ""); print $NF, NR }' "$HERE/$2" | grep -qxF "$found"
}

@test "Python: a regular expression that explodes, and an endless loop" {
	expect regex hung.py
	expect loop hung.py
	jq -e '.findings[] | select(.site.function == "match") | .site.stack[0].library == "re"' "$OUT/json"
}

@test "Python: a deadlock of two threads, a file lock" {
	expect deadlock hung.py
	expect flock hung.py
}

@test "Python: stopped by a signal, held by a debugger" {
	expect stopped hung.py
	expect traced hung.py
}

@test "C: a loop, met as it runs, and a lock in a function that is inlined" {
	expect spin hung.c
	expect lock hung.c
	jq -e '.findings[] | select(.site.function == "take_twice") | .site.how == "exact"' "$OUT/json"
}

# Compiled, its line is the one where the function begins; interpreted, where it was at its last call.
@test "Node: the function that spins, and a line that is what it says to be" {
	[ -x /usr/bin/node ] || skip "node is not installed"
	jq -e --argjson begins "$(awk '/function turn/ { print NR }' "$HERE/hung.js")" --argjson line "$(awk '/here: node/ { print NR }' "$HERE/hung.js")" '
		any(.findings[]; .id == "hung-owner" and .site.function == "turn" and (.site.stack | map(.function) | index("handle")) and
			([.site.how, .site.line] | . == ["definition-line", $begins] or . == ["late", $line]))' "$OUT/json"
}

# Its first thread runs no Java, and those of the virtual machine tick all the time.
@test "Java: a deadlock of two threads" {
	[ -n "$(command -v java)" ] || skip "java is not installed"
	jq -c '.findings[] | select(.subject.comm == "java") | [.id, .site.function, .site.line, .site.how, .site.count]' "$OUT/json"
	jq -e --argjson line "$(awk '/here: / { print NR }' "$HERE/Hung.java")" 'any(.findings[]; .id == "hung-owner" and
		.site.function == "Hung.take" and .site.line == $line and .site.how == "exact" and .site.count == 2)' "$OUT/json"
}

@test "the page has the line, and one look is enough for what is stopped" {
	grep -Eq "^    line +$HERE/hung.py:[0-9]+ +stop\(\)" "$OUT/page"
}

@test "without unfin-blame beside it, that is what it says" {
	grep -q '^    line .*not known: unfin-blame' "$OUT/without"
}

@test "blame names it as well: what hangs closes nothing, wherever it was opened" {
	for function in match take lock_file stop wait_for_it calculate take_twice; do
		jq -e --arg function "$function" 'any(.hanging[].places[]; .function == $function and .line > 0)' "$OUT/blame" || { echo "no $function"; return 1; }
	done
}
