#!/usr/bin/env bats
# Servers whose accept() is a loop of events: where their listeners were set up, in unfin blame, check and guard.
bats_require_minimum_version 1.5.0

setup_file() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN PROGRAMS=$BATS_TEST_DIRNAME/../blame-matrix/programs OUT=$BATS_FILE_TMPDIR
	[ -x "${UNFIN%/*}/unfin-blame" ] && unshare -n true 2>/dev/null || return 0
	gcc -O2 -g "$PROGRAMS/loop.c" -o "$OUT/loop"
	[[ -z $(command -v go) ]] || GOCACHE=$OUT/go go build -o "$OUT/loopgo" "$PROGRAMS/loop.go" 2>"$OUT/go.err" || true
	make_repository
	# shellcheck disable=SC2016 # expanded inside
	unshare -n bash -c '
		ip link set lo up
		"$OUT/loop" 7000 1000 & pids=$!
		/usr/bin/python3 "$OUT/repo/loop.py" 8000 1000 & pids="$pids $!"
		ports="7001 8001"
		[ ! -x "$OUT/loopgo" ] || { "$OUT/loopgo" 9000 1000 & pids="$pids $!" ports="$ports 9001"; }
		! command -v node >/dev/null || { node "$PROGRAMS/loop.js" 10000 1000 & pids="$pids $!" ports="$ports 10001"; }
		for port in $ports; do
			for _ in $(seq 200); do ! ss -tlnH | grep -q ":$port " || break; sleep 0.05; done
		done
		"$UNFIN" check --netns self --window 5s --json >"$OUT/check.json" 2>"$OUT/check.err" & check=$!
		UNFIN_FILTER=kill "$UNFIN" blame --netns self --window 5s --json >"$OUT/all.json" 2>"$OUT/err"
		wait $check
		"$UNFIN" blame --netns self --window 3s "comm == python3" >"$OUT/page" 2>>"$OUT/err" & page=$!
		"$UNFIN" guard --json -- sh -c "\"$OUT/loop\" 7500 12 daemon; sleep 3.5" >"$OUT/daemon.json" 2>"$OUT/daemon.err" & guard=$!
		"$UNFIN" guard --json -- /usr/bin/python3 "$PROGRAMS/loop.py" 8500 12 >"$OUT/guard.json" 2>"$OUT/guard.err"
		wait $page $guard
		kill $pids' 3>&- || true
}

# The later half of loop.py is of another commit.
make_repository() {
	local git=(git -c safe.directory='*' -c user.name='Ann Example' -c user.email=ann@example.org -C "$OUT/repo")

	mkdir "$OUT/repo" && "${git[@]}" init -q
	sed '/here: serve_more/s/$/ soon/' "$PROGRAMS/loop.py" >"$OUT/repo/loop.py"
	"${git[@]}" add loop.py && "${git[@]}" commit -qm "serve"
	cp "$PROGRAMS/loop.py" "$OUT/repo/loop.py" && "${git[@]}" commit -qam "serve more"
}

setup() {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	[ -x "${UNFIN%/*}/unfin-blame" ] || skip "unfin-blame was not built: it needs libdw-dev, libgit2-dev and libiberty-dev"
}

# line FUNCTION FILE: where it is marked
line() {
	awk -v at="here: $1( \\\\*/)?$" '$0 ~ at { print NR }' "$PROGRAMS/$2"
}
# listeners COMM DOCUMENT: "FUNCTION LINE HOW" of each that is known, once
listeners() {
	jq -r --arg comm "$1" '[.sites[] | select(.process.comm == $comm and .listener.function != null) | .listener | "\(.function) \(.line) \(.how)"] | unique[]' "$2"
}

@test "C: where the newer listeners were set up, beside the one line of accept()" {
	cat "$OUT/err"
	[ "$(listeners loop "$OUT/all.json")" = "serve_more $(line serve_more loop.c) exact" ]
	jq -e --argjson line "$(line run loop.c)" '[.sites[] | select(.process.comm == "loop")] | all(.function == "run" and .line == $line and .opened_by == "accept")' "$OUT/all.json"
}

@test "Python: the line that asked asyncio to serve" {
	[ "$(listeners python3 "$OUT/all.json")" = "serve_more $(line serve_more loop.py) exact" ]
}

@test "Go: the line of net.Listen()" {
	[ -x "$OUT/loopgo" ] || skip "go is not installed, or too old"
	[ "$(listeners loopgo "$OUT/all.json")" = "main.serveMore $(line serveMore loop.go) exact" ]
}

@test "Node: its accept() is nobody's, its listener has the function, and mostly the line" {
	command -v node >/dev/null || skip "node is not installed"
	jq -c '.sites[] | select(.process.comm == "node") | [.how, .why, .listener.how, .listener.why, .listener.line]' "$OUT/all.json"
	jq -e --argjson line "$(line serveMore loop.js)" '[.sites[] | select(.process.comm == "node" and .listener.function != null)] | length > 0 and
		all(.how == "none" and .listener.function == "serveMore" and (.listener.how == "definition-line" or .listener.line == $line))' "$OUT/all.json"
}

@test "a listener from before says so, and has no line" {
	jq -e '[.sites[] | select(.process.comm == "loop" and .listener.port == 7000) | .listener] | length == 1 and
		(.[0] | .how == "none" and .function == null and .line == null and .commit == null and .why == "listening since before this watch")' "$OUT/all.json"
}

@test "what was accepted before the watch is like what the same process accepts at that port" {
	jq -e '[.sites[] | select(.process.comm == "loop" and .listener.port == 7000)] | length == 1 and (.[0] | .inferred > 0 and .count > .inferred)' "$OUT/all.json"
	jq -e '[.sites[] | select(.process.comm == "loop" and .listener.function != null)] | length > 0 and all(.inferred == 0)' "$OUT/all.json"
}

@test "a few ports of one line are told apart, more are not" {
	jq -e '[.sites[] | select(.process.comm == "loop" and .listener.function != null)] | length == 4 and (map(select(.listener.port == null)) | length == 1 and .[0].count > 1)' "$OUT/all.json"
}

@test "the commit is that of the listener's line, too" {
	jq -e '[.sites[] | select(.process.comm == "python3" and .listener.function != null)] | length > 0 and
		all(.commit.subject == "serve" and .listener.commit.subject == "serve more")' "$OUT/all.json"
}

@test "the page has it" {
	grep -Eq "^    listener  .*/loop.py:$(line serve_more loop.py) serve_more\(\), via asyncio" "$OUT/page" || { cat "$OUT/page"; return 1; }
	grep -Eq '^    listener  port 8000: listening since before this watch$' "$OUT/page"
}

@test "check --window has it in its finding" {
	jq -c '.findings[] | [.key, .site.function, .site.listener]' "$OUT/check.json"
	jq -e '[.findings[].site | select(.process.comm == "python3")] | length > 0 and all(.opened_by == "accept" and .listener != null)' "$OUT/check.json"
}

@test "guard: of a daemon, whose listener's process has ended, and of a script" {
	cat "$OUT/daemon.err" "$OUT/guard.err"
	diff <(listeners loop "$OUT/daemon.json") <(printf '%s exact\n' "serve_first $(line serve_first loop.c)" "serve_more $(line serve_more loop.c)")
	[[ $(listeners python3 "$OUT/guard.json") == *"serve_more $(line serve_more loop.py) exact"* ]]
}
