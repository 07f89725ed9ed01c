#!/usr/bin/env bats
# unfin blame: programs that leak from places they are marked at, all at once in one namespace, watched for a few seconds.
bats_require_minimum_version 1.5.0

programs=$BATS_TEST_DIRNAME/../blame-matrix/programs

# A history of leak.py: what runs is HEAD~1, with one line that was never committed.
make_repository() {
	local git=(git -c safe.directory='*' -c user.name='Ann Example' -c user.email=ann@example.org -C "$OUT/repo")

	mkdir "$OUT/repo" && "${git[@]}" init -q
	sed '/fetch_plain$/s/$/ once/' "$PROGRAMS/leak.py" >"$OUT/repo/leak.py"
	"${git[@]}" add leak.py && "${git[@]}" commit -qm "fetch profiles"
	cp "$PROGRAMS/leak.py" "$OUT/repo/leak.py" && "${git[@]}" commit -qam "ask directly"
	echo '# later' >>"$OUT/repo/leak.py" && "${git[@]}" commit -qam "say more"
	cp "$PROGRAMS/leak.py" "$OUT/repo/leak.py"
	sed '/here: fetch_plain$/s/$/ now/' "$PROGRAMS/leak.py" >"$OUT/changed.py"
}

setup_file() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN PROGRAMS=$programs OUT=$BATS_FILE_TMPDIR
	[ -x "${UNFIN%/*}/unfin-blame" ] && unshare -n true 2>/dev/null || return 0
	cp "$programs/leak.c" "$OUT/" && gcc -O2 -g -fomit-frame-pointer "$OUT/leak.c" -o "$OUT/leak" -pthread
	strip -s -o "$OUT/stripped" "$OUT/leak"
	make_repository
	# shellcheck disable=SC2016 # expanded inside
	unshare -n bash -c '
		ip link set lo up
		python3=/usr/bin/python3
		"$python3" "$PROGRAMS/server.py" 8080 & pids=$!
		for _ in $(seq 100); do ! ss -tlnH | grep -q :8080 || break; sleep 0.05; done
		for line in "$OUT/leak 8080 10" "$OUT/stripped 8080 10" "$python3 $OUT/repo/leak.py 8080 5" "$python3 $PROGRAMS/accepts.py 8081 10"; do
			$line & pids="$pids $!"
		done
		for line in "perl leak.pl" "php leak.php" "ruby leak.rb" "node leak.js"; do
			! command -v "${line% *}" >/dev/null || { "${line% *}" "$PROGRAMS/${line#* }" 8080 2 & pids="$pids $!"; }
		done
		UNFIN_FILTER=kill "$UNFIN" check --netns self --window 5s --json >"$OUT/check.json" 2>"$OUT/check.err" & check=$!
		UNFIN_FILTER=kill "$UNFIN" blame --netns self --window 5s --show-change --json >"$OUT/all.json" 2>"$OUT/err"
		echo "$?" >"$OUT/status"
		wait $check
		# commits are looked for of the worst places alone
		UNFIN_FILTER=kill "$UNFIN" blame --netns self --window 4s --json "comm == python3" >"$OUT/python.json" 2>>"$OUT/err"
		"$UNFIN" check --netns self --window 3s "comm == python3" >"$OUT/check.page" 2>>"$OUT/check.err"
		"$UNFIN" blame --netns self --window 2s --folded "$OUT/folded" "comm == leak" >"$OUT/page" 2>>"$OUT/err"
		unshare -n env UNFIN_NETNS=self "$UNFIN" blame --window 1s --json >"$OUT/empty.json" 2>>"$OUT/err"
		mkdir "$OUT/app" && cp "$OUT/changed.py" "$OUT/app/leak.py"
		"$python3" "$OUT/app/leak.py" 8080 5 & pids="$pids $!"
		UNFIN_FILTER=kill "$UNFIN" blame --pid $! --window 3s --json --repo "$OUT/repo=$OUT/app" >"$OUT/app.json" 2>>"$OUT/err"
		kill $pids' 3>&- || true
}

setup() {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	[ -x "${UNFIN%/*}/unfin-blame" ] || skip "unfin-blame was not built: it needs libdw-dev, libgit2-dev and libiberty-dev"
}

# sites COMM: "FUNCTION LINE HOW" of each, in order
sites() {
	jq -r --arg comm "$1" '.sites[] | select(.process.comm == $comm and .function != null) | "\(.function) \(.line) \(.how)"' "$OUT/all.json" | sort
}
# marks FILE [WORD]: the same, as the marks of a source have it
marks() {
	awk '/here: / { sub(/ \*\/$/, ""); print $NF, NR, "exact" }' "$1" | sort
}

@test "it ends as it says: something is unfinished" {
	cat "$OUT/err"
	[ "$(<"$OUT/status")" = 1 ]
	jq -e '.schema == "unfin.blame/1" and .unfinished > 0 and .coverage.complete' "$OUT/all.json"
}

@test "C without frame pointers: each marked line, also in a thread and inlined, and nothing else" {
	diff <(marks "$OUT/leak.c") <(sites leak)
	jq -e '.sites[] | select(.process.comm == "leak" and .function == "fetch_profile") | .file | endswith("/leak.c")' "$OUT/all.json"
}

@test "a stripped program: the place in its file, and what is missing" {
	jq -e '[.sites[] | select(.process.comm == "stripped")] | length > 0 and
		all(.how == "native-only" and .line == null and (.function | startswith("stripped+0x")) and (.why | contains("-g")))' "$OUT/all.json"
}

@test "Python: each marked line, through the standard library, threads and asyncio" {
	# A list comprehension is a function of its own before 3.12.
	diff <(marks "$PROGRAMS/leak.py") <(sites python3 | grep -vE 'serve_one' | sed 's/fetch_in_list.<locals>.<listcomp>/fetch_in_list/')
	jq -e '.sites[] | select(.process.comm == "python3" and .function == "fetch_http") | [.stack[] | .library] | index("http.client")' "$OUT/all.json"
}

@test "whether the program has read the end is told: of one place each time, of another never" {
	jq -e '[.sites[] | select(.function == "fetch_async")] | length > 0 and all(.unread == 0)' "$OUT/all.json"
	jq -e '[.sites[] | select(.process.comm == "python3" and .function == "fetch_plain")] | length > 0 and all(.unread == .count)' "$OUT/all.json"
}

@test "where the program was told of the end, and did not close" {
	[[ $(uname -r) =~ ^(6\.([3-9]|[1-9][0-9])|[7-9]|[1-9][0-9]) ]] || skip "the kernel tells it since Linux 6.3"
	jq -e --argjson line "$(awk '/while \(read/ { print NR }' "$OUT/leak.c")" '[.sites[] | select(.process.comm == "leak" and .inferred == 0)] | length > 0 and
		all(.eof.function == "ask" and .eof.line == $line and .eof.how == "exact")' "$OUT/all.json"
	jq -e '[.sites[] | select(.function == "fetch_async") | .eof.stack[].library] | index("asyncio.selector_events")' "$OUT/all.json"
	jq -e '[.sites[] | select(.process.comm == "python3" and .function == "fetch_plain")] | length > 0 and all(.eof == null)' "$OUT/all.json"
	grep -Eq '^    EOF +told at .*/leak.c:[0-9]+ +ask\(\)' "$OUT/page"
}

@test "what was accepted and never closed names the line of accept()" {
	jq -e --argjson line "$(awk '/here: serve_one/ { print NR }' "$PROGRAMS/accepts.py")" '.sites[] | select(.opened_by == "accept") |
		.function == "serve_one" and .line == $line and .how == "exact"' "$OUT/all.json"
}

@test "an expression narrows it, and the page has the same" {
	grep -q '^.*leak.c:[0-9]*  fetch_profile()$' "$OUT/page"
	run ! grep -q 'leak.py' "$OUT/page"
}

@test "check --window has the line of its finding's sockets, and the commit" {
	cat "$OUT/check.err"; [ -s "$OUT/check.json" ]
	jq -c '.findings[] | [.key, .site.function, .site.line, .site.how, .site.why]' "$OUT/check.json"
	marks "$OUT/leak.c" | grep -qxF "$(jq -r 'first(.findings[] | select(.subject.comm == "leak") | .site) | "\(.function) \(.line) \(.how)"' "$OUT/check.json")"
	jq -e '[.findings[] | select(.subject.comm == "leak") | .site | .process.comm == "leak" and .opened_by == "connect" and .count > .inferred] | length > 0 and all' \
		"$OUT/check.json"
	grep -Eq '^    line     .*\.py:[0-9]+ ' "$OUT/check.page" || { cat "$OUT/check.page"; return 1; }
	grep -Eq "^    commit   [0-9a-f]{12} " "$OUT/check.page" || { cat "$OUT/check.page"; return 1; }
}

@test "--folded: a line for each place, the outermost frame first, in a new file" {
	grep -Eq '^leak;(.*;)?main;.*fetch_profile;.*connect [0-9]+$' "$OUT/folded" || { cat "$OUT/folded"; return 1; }
	[ "$(awk '{ n += $NF } END { print n }' "$OUT/folded")" -gt 0 ]
	run ! grep -Ev '^[^;]+(;[^;]+)+ [0-9]+$' "$OUT/folded"
	run -2 "$UNFIN" blame --folded "$OUT/folded"
}

@test "the commit is that of the line in the version that runs, and says how far behind it is" {
	local line id
	while read -r line id; do
		git -c safe.directory='*' -C "$OUT/repo" blame -l -s -L "$line,$line" HEAD~1 -- leak.py | grep -q "^\^\?${id:0:39}"
	done < <(jq -r '.sites[] | select(.file // "" | endswith("/repo/leak.py")) | "\(.line) \(.commit.id)"' "$OUT/python.json" | grep .)
	jq -e '.sites[] | select(.process.comm == "python3" and .function == "fetch_plain") | .commit | .subject == "ask directly" and .author == "Ann Example" and .behind == 1' "$OUT/python.json"
	jq -e '.sites[] | select(.process.comm == "python3" and .function == "fetch_http") | .commit | .subject == "fetch profiles" and .behind == 2' "$OUT/python.json"
}

@test "--show-change: what the commit changed in that file, and no more than fits" {
	jq -e '.sites[] | select(.function == "fetch_plain" and (.file | endswith("/repo/leak.py"))) | .commit | (.change | startswith("diff --git a/leak.py b/leak.py") and
		contains("\n-    s.connect") and contains("\n+    s.connect")) and (.change_cut | not)' "$OUT/all.json"
	jq -e '[.sites[].commit | select(. != null) | .change | length] | all(. < 8192)' "$OUT/all.json"
}

@test "a line that no commit of a repository has that is named: it may have been committed elsewhere" {
	jq -e '.sites[] | select(.function == "fetch_plain") | .commit == null and (.uncommitted | not) and
		(.commit_why | startswith("no commit that this repository has"))' "$OUT/app.json"
	jq -e '.sites[] | select(.process.comm == "python3" and .function == "fetch_http") | .commit.subject == "fetch profiles" and (.uncommitted | not)' "$OUT/app.json"
}

# what_fails COUNT NAME FILE FUNCTION COMMAND...: so many of before the watch, and after them failures alone, of one line
what_fails() {
	local count=$1 name=$2 file=$3 function=$4
	shift 4
	# shellcheck disable=SC2016 # expanded inside
	unshare -n bash -c '
		name=$1
		shift
		ip link set lo up
		coproc "$@"
		read -r -u "${COPROC[0]}" word && [ "$word" = gone ]
		"$UNFIN" blame --netns self --window 2s --json >"$OUT/fails-$name.json" 2>"$OUT/fails-$name.err"
		kill "$COPROC_PID"' - "$name" "$@" || true
	jq -c '[.sites[] | {count, inferred, how, function, line, why}]' "$OUT/fails-$name.json"
	jq -e --argjson line "$(awk '/here: fetch/ { print NR }' "$PROGRAMS/$file")" --arg function "$function" --argjson count "$count" '.unattributed == 0 and
		(.sites | length) == 1 and (.sites[0] | .count == $count and .inferred == $count and .how == "inferred" and .function == $function and .line == $line)' \
		"$OUT/fails-$name.json"
}

@test "opened before the watch, while nothing but failures comes: inferred from the calls that fail" {
	what_fails 5 python fails.py fetch /usr/bin/python3 "$PROGRAMS/fails.py"
}

@test "the same of two destinations by turns, of however many" {
	what_fails 80 turns fails.py fetch /usr/bin/python3 "$PROGRAMS/fails.py" 2 40
}

@test "the same where another thread, or the loop of events, makes the call: Node, Go" {
	command -v node >/dev/null || skip "node is not installed"
	what_fails 5 node fails.js fetch node "$PROGRAMS/fails.js"
	! command -v go >/dev/null || { GOCACHE=$OUT/go go build -o "$OUT/fails-go" "$PROGRAMS/fails.go" && what_fails 5 go fails.go main.fetch "$OUT/fails-go"; }
}

@test "a connection that was used, and closed by a reset, has not failed: it tells of no place" {
	# shellcheck disable=SC2016 # expanded inside
	unshare -n bash -c '
		ip link set lo up
		coproc /usr/bin/python3 "$PROGRAMS/resets.py"
		read -r -u "${COPROC[0]}" word && [ "$word" = gone ]
		"$UNFIN" blame --netns self --window 2s --json >"$OUT/resets.json" 2>"$OUT/resets.err"
		kill "$COPROC_PID"' || true
	jq -c '[.unfinished, .unattributed, .sites]' "$OUT/resets.json"
	jq -e '.opened > 0 and .unattributed == 5 and .sites == []' "$OUT/resets.json"
}

@test "keepalive probes hide no leak: opened during the watch, and before it" {
	# shellcheck disable=SC2016 # expanded inside
	unshare -n bash -c '
		ip link set lo up
		coproc /usr/bin/python3 "$PROGRAMS/probes.py"
		read -r -u "${COPROC[0]}" word && [ "$word" = ready ]
		"$UNFIN" blame --netns self --window 6s --json >"$OUT/probes.json" 2>"$OUT/probes.err"
		"$UNFIN" blame --netns self --window 3s --json >"$OUT/probed.json" 2>>"$OUT/probes.err"
		kill "$COPROC_PID"' || true
	jq -c '[.unfinished, .sites]' "$OUT/probes.json"
	jq -e --argjson line "$(awk '/here: fetch/ { print NR }' "$PROGRAMS/probes.py")" '.unfinished == 5 and (.sites | length) == 1 and
		(.sites[0] | .count == 5 and .function == "fetch" and .line == $line and .oldest_ms >= 2000)' "$OUT/probes.json"
	jq -e '.unfinished == 5 and .unattributed == 5' "$OUT/probed.json"
}

@test "what is asked for is counted alone: none of other namespaces" {
	jq -e '.opened == 0' "$OUT/empty.json"
	jq -e '.opened > 0' "$OUT/all.json"
}

@test "a place outside of any repository says what would help" {
	jq -e '.sites[] | select(.function == "run_thread") | .commit == null and (.commit_why | contains("--repo"))' "$OUT/all.json"
}

@test "where commits are looked for no more it says so" {
	{
		printf '%s\n' 'import socket, time' 'kept = []' 'time.sleep(1)'
		yes 'kept.append(socket.create_connection(("127.0.0.1", 8080))); kept[-1].sendall(b"GET / \r\n\r\n")' | head -70
		echo 'time.sleep(600)'
	} >"$OUT/many.py"
	# shellcheck disable=SC2016 # expanded inside
	unshare -n bash -c '
		ip link set lo up
		/usr/bin/python3 "$PROGRAMS/server.py" 8080 & pids=$!
		for _ in $(seq 100); do ! ss -tlnH | grep -q :8080 || break; sleep 0.05; done
		/usr/bin/python3 "$OUT/many.py" & pids="$pids $!"
		UNFIN_FILTER=kill "$UNFIN" blame --netns self --window 5s --json >"$OUT/many.json" 2>"$OUT/many.err"
		kill $pids' 3>&- || true
	jq -c '[(.sites | length), ([.sites[].commit_why] | group_by(.)[] | [.[0], length])]' "$OUT/many.json"
	jq -e '(.sites | length) == 70 and all(.sites[]; .commit_why != null) and
		([.sites[] | select(.commit_why | contains("others came first"))] | length) == 6' "$OUT/many.json"
}

@test "what freezing a stack costs is told" {
	jq -e '.capture_ns > 0' "$OUT/all.json"
}

@test "doctor says whose lines are read, and whose are not" {
	run "$UNFIN" doctor --json
	jq -e '.lines | .ok and any(.runtimes[]; .id == "python" and (.read | contains("3.8 to 3.13"))) and all(.runtimes[]; .read or .unread)' <<<"$output"
	mkdir -p "$OUT/core" && cp "$UNFIN" "$OUT/core/unfin"
	run "$OUT/core/unfin" doctor
	[[ $output == *"lines of code cannot be told here"*"unfin-blame, which decodes stacks, is not beside"* ]]
}

# scripts PROGRAM FILE: each marked function of a script, with its line, and nothing else
scripts() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
	diff <(marks "$PROGRAMS/$2") <(sites "$1" | sed -E 's/^((block|rescue) in )+//' | sort)
}

@test "Perl: each marked line, in threads, handlers, evals and overloaded operators" { scripts perl leak.pl; }
@test "PHP: each marked line, in closures, generators, fibers and traits" { scripts php leak.php; }
@test "Ruby: each marked line, in blocks, threads and fibers" { scripts ruby leak.rb; }

@test "Node: each marked function; a line that is not its definition's is the marked one" {
	command -v node >/dev/null || skip "node is not installed"
	diff <(marks "$PROGRAMS/leak.js" | cut -d" " -f1 | sort -u) <(sites node | sed 's/^get //' | cut -d" " -f1 | sort -u)
	diff <(sites node | sed -n 's/^get //; s/ exact$//p') <(marks "$PROGRAMS/leak.js" | sed 's/ exact$//') | grep '^<' && return 1
	jq -e '[.sites[] | select(.process.comm == "node")] | all(.how == "exact" or .how == "definition-line")' "$OUT/all.json"
}

@test "Node: a line is there, too, when V8 has moved all that it was read from, long before the watch ended" {
	command -v node >/dev/null || skip "node is not installed"
	local moves
	moves=$(node --v8-options | grep -oE -m 1 -e '--(compact-on-every-full-gc|always-compact)') || skip "this node cannot be made to move its functions"
	unshare -n bash -c '
		ip link set lo up
		/usr/bin/python3 "$PROGRAMS/server.py" 8080 & pids=$!
		for _ in $(seq 100); do ! ss -tlnH | grep -q :8080 || break; sleep 0.05; done
		node --expose-gc "$1" "$PROGRAMS/moves.js" 8080 & pids="$pids $!"
		UNFIN_FILTER=kill "$UNFIN" check --netns self --window 7s --json >"$OUT/moved-check.json" 2>"$OUT/moved-check.err" & check=$!
		UNFIN_FILTER=kill "$UNFIN" blame --netns self --window 7s --json >"$OUT/moved.json" 2>"$OUT/moved.err"
		wait $check
		kill $pids' - "$moves" 3>&- || true
	diff <(marks "$PROGRAMS/moves.js" | sed 's/ exact$//') <(jq -r '.sites[] | "\(.function) \(.line)"' "$OUT/moved.json")
	jq -e '.sites[0].count == 10' "$OUT/moved.json"
	jq -e "(.findings[0].site | .function == \"fetchAll\" and .line > 0)" "$OUT/moved-check.json"
}

@test "a process that goes on as another program: nothing of what runs there now has opened it" {
	gcc -O2 -g -static "$PROGRAMS/execs.c" -o "$OUT/opens"
	gcc -O2 -g -static -DOTHER "$PROGRAMS/execs.c" -o "$OUT/keeps"
	# shellcheck disable=SC2016 # expanded inside
	unshare -n bash -c '
		ip link set lo up
		/usr/bin/python3 "$PROGRAMS/server.py" 8080 & pids=$!
		for _ in $(seq 100); do ! ss -tlnH | grep -q :8080 || break; sleep 0.05; done
		UNFIN_FILTER=kill "$UNFIN" blame --netns self --window 4s --json >"$OUT/execs.json" 2>"$OUT/execs.err" & blame=$!
		for _ in $(seq 12); do "$OUT/opens" 8080 "$OUT/keeps" & pids="$pids $!"; sleep 0.2; done
		wait $blame
		kill $pids' 3>&- || true
	jq -c '[.unfinished, .unattributed, (.sites[] | del(.stack))]' "$OUT/execs.json"
	jq -e '.unfinished > 0 and (.sites | length) > 0 and all(.sites[]; .how == "none" and (.why | contains("another program")))' "$OUT/execs.json"
}

@test "Python: where only a library is in a task, who runs the loop of events is not its place" {
	# shellcheck disable=SC2016 # expanded inside
	unshare -n bash -c '
		ip link set lo up
		/usr/bin/python3 "$PROGRAMS/server.py" 8080 & pids=$!
		for _ in $(seq 100); do ! ss -tlnH | grep -q :8080 || break; sleep 0.05; done
		/usr/bin/python3 "$PROGRAMS/tasks.py" 8080 & pids="$pids $!"
		UNFIN_FILTER=kill "$UNFIN" blame --netns self --window 5s --json >"$OUT/tasks.json" 2>"$OUT/tasks.err"
		kill $pids' 3>&- || true
	jq -c '[.unfinished, .unattributed, (.sites[] | del(.stack))]' "$OUT/tasks.json"
	jq -e '.unfinished == 5 and .sites[0].count == 5 and .sites[0].how == "none" and (.sites[0].why | test("tasks.py:[0-9]+ runs"))' "$OUT/tasks.json"
}

@test "as a user with the rights that doctor names it tells the same" {
	command -v setcap >/dev/null || skip "needs setcap"
	local line dir
	dir=$(mktemp -d /var/tmp/unfin-user.XXXXXX) && chmod 755 "$dir"
	cp "$UNFIN" "${UNFIN%/*}/unfin-blame" "$dir/"
	setcap cap_bpf,cap_perfmon,cap_sys_admin,cap_sys_ptrace,cap_dac_read_search,cap_net_admin+ep "$dir/unfin" 2>/dev/null ||
		{ rm -rf "$dir"; skip "this file system keeps no capabilities"; }
	setcap cap_bpf,cap_perfmon,cap_sys_admin,cap_sys_ptrace,cap_dac_read_search,cap_net_admin+ep "$dir/unfin-blame"
	# shellcheck disable=SC2016 # expanded inside
	DIR=$dir run --separate-stderr unshare -n bash -c '
		ip link set lo up
		/usr/bin/python3 "$PROGRAMS/server.py" 8080 >/dev/null & pids=$!
		for _ in $(seq 100); do ! ss -tlnH | grep -q :8080 || break; sleep 0.05; done
		"$OUT/leak" 8080 10 >/dev/null & pids="$pids $!"
		setpriv --reuid=65534 --regid=65534 --clear-groups "$DIR/unfin" blame --netns self --window 3s --json
		kill $pids' 3>&-
	rm -rf "$dir"
	line=$(awk '/here: fetch_profile/ { print NR; exit }' "$OUT/leak.c")
	jq -e --argjson line "$line" '.coverage.complete and any(.sites[]; .function == "fetch_profile" and .line == $line and .how == "exact")' <<<"$output"
}
