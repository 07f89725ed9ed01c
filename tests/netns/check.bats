#!/usr/bin/env bats
# The judgement, end to end: the incident in miniature, the healthy decoys, the contract's names, exit codes.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
}

in_lab() { # FAULT ARGS... : unfin ARGS in it, stdout and status of it alone
	local fault=$1
	shift
	"$UNFIN" lab "$fault" -q -- "$UNFIN" "$@"
}

@test "incident: culprit, exact count, victim, budget, cause" {
	run --separate-stderr -1 in_lab incident check --json
	jq -e '
		(.findings[] | select(.id == "never-closed")) as $leak |
		(.findings[] | select(.id == "ports-exhausted")) as $ports |
		.verdict == "critical" and .coverage.complete and
		.findings[0].id == "never-closed" and
		$leak.subject.comm == "fetch-profiles" and
		($leak.confidence | . == "likely" or . == "certain") and
		(.states.close_wait - $leak.count | . >= 0 and . <= 2) and
		$leak.growth_per_min > 0 and $leak.eta.low_s <= $leak.eta.s and $leak.eta.s <= $leak.eta.high_s and
		$ports.caused_by == $leak.key and $ports.subject == null and
		$ports.budget.used == $ports.budget.limit and
		any($ports.victims[]; .process.comm == "login-service" and .call == "bind" and
			.errno == "EADDRINUSE" and .target == "0.0.0.0:0" and .count > 0)
	' <<<"$output"
}

@test "a stopped process is told with the time that it has not run for" {
	grep -q se.exec_start /proc/self/sched || skip "this kernel does not tell when a thread last ran"
	# shellcheck disable=SC2016
	run --separate-stderr "$UNFIN" lab hung-owner-stopped --age 3s -q -- sh -c '"$1" check --window 0 --json' sh "$UNFIN"
	jq -e '.findings[0].evidence[0] | capture(", for (?<s>[0-9]+) s:").s | tonumber | . >= 3 and . < 60' <<<"$output"
}

@test "the session that holds a port is named, though whoever wants it has ended by now" {
	run --separate-stderr -1 in_lab port-taken-session check --json
	jq -e '.findings[0] | .id == "port-taken" and (.title | contains("earlier session")) and
		any(.evidence[]; contains("for its session with 10.77.0.2:"))' <<<"$output"
}

@test "healthy workloads: ok, and exit 0" {
	for fault in healthy-time-wait healthy-pool; do
		run --separate-stderr -0 in_lab "$fault" check --json
		jq -e '.verdict == "ok" and .coverage.complete and .findings == []' <<<"$output"
	done
}

@test "failing calls are watched although nothing stands" {
	run --separate-stderr -0 unshare -n "$UNFIN" check --netns self --json
	[[ -z $stderr ]] # told on a terminal only
	jq -e '.verdict == "ok" and .coverage.calls_watched and .coverage.watched_ms >= 1900' <<<"$output"
	run --separate-stderr -0 unshare -n "$UNFIN" check --netns self
	[[ $output == "nothing wrong on "*", watched 2"* && $output != *"not watched"* ]]
}

@test "whoever waits at a terminal is told what for" {
	run -0 script -qec "unshare -n '$UNFIN' check --netns self --window 100ms" /dev/null
	[[ ${lines[0]} == *"watching for 100 ms what fails and what closes"* ]]
	run -0 script -qec "unshare -n '$UNFIN' check --netns self --window 100ms --quiet" /dev/null
	[[ $output != *"watching for"* ]]
}

@test "--window 0: an instant look, and in every form that failing calls were not watched" {
	run --separate-stderr -0 unshare -n "$UNFIN" check --netns self --window 0
	[[ ${lines[0]} == "nothing wrong as things stand; failing calls were not watched on "* ]]
	run --separate-stderr -0 unshare -n "$UNFIN" check --netns self --window 0 -o md
	[[ ${lines[0]} == "# unfin: nothing wrong as things stand; failing calls were not watched" ]]
	run --separate-stderr -0 unshare -n "$UNFIN" check --netns self --window 0 --nagios
	[[ $output == "UNFIN OK - failing calls were not watched (narrowed: network namespace self (command line)) | "* ]]
	run --separate-stderr -0 unshare -n "$UNFIN" check --netns self --window 0 --json
	jq -e '(.coverage.calls_watched | not) and .coverage.watched_ms == 0 and .coverage.complete' <<<"$output"
	run --separate-stderr -1 in_lab hung-owner-stopped check --window 0 --nagios
	[[ $output == "UNFIN WARNING - hung-owner: "*"; failing calls were not watched (narrowed: network namespace self (UNFIN_NETNS)) | "* ]]
}

@test "a dead accept queue names the listener and who should accept" {
	run --separate-stderr -1 in_lab accept-queue check --json
	jq -e '.findings[0] | .id == "accept-queue" and .confidence == "certain" and .subject.comm == "report-server" and
		.listener == "127.0.0.1:8080"' <<<"$output"
}

@test "the document has all names of the contract" {
	run --separate-stderr -1 in_lab incident check --json --window 100ms
	jq -e '
		def has_all($names): . as $o | all($names[]; . as $n | $o | has($n));
		has_all(["schema","host","boot_id","taken_at","coverage","verdict","states","findings"]) and
		.schema == "unfin.check/1" and
		(.coverage | has_all(["complete","sockets_seen","sockets_kernel","netns_seen","gaps"])) and
		(.states | keys_unsorted == ["established","syn_sent","syn_recv","fin_wait1","fin_wait2","time_wait","close",
			"close_wait","last_ack","listen","closing"]) and
		all(.findings[]; has_all(["key","id","severity","confidence","title","subject","subject_why","others","peer","count",
			"oldest_s","oldest_max_s","growth_per_min","eta","eta_why","budget","victims","caused_by","alternatives","site",
			"evidence","excluded","advice"])) and
		(.findings[0].subject | has_all(["pid","started_at","comm","cmdline","exe","user","unit","container","netns"]))
	' <<<"$output"
}

@test "the page says who, what, who suffers and what to do" {
	run --separate-stderr -1 in_lab incident check
	[[ $output == critical* ]]
	[[ $output == *"never-closed (likely): fetch-profiles["* ]]
	[[ $output == *"login-service["*"bind(0.0.0.0:0) failed with EADDRINUSE"* ]]
	[[ $output == *IP_BIND_ADDRESS_NO_PORT* ]]
	[[ $output != *$'\033'* ]] # no colour into a pipe
	! grep -nE ' $' <<<"$output"
}

@test "hostile process names break neither terminal nor JSON" {
	run --separate-stderr unshare -n bash -c '
		ip link set lo up
		python3 - "$1" <<"PY"
import ctypes, socket, subprocess, sys, time
ctypes.CDLL(None).prctl(15, b"\x1b[2J\n\"\xff\\", 0, 0, 0)
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(8)
c = [socket.create_connection(s.getsockname()) for _ in range(4)]
held = [s.accept()[0] for _ in range(4)]
for x in c: x.close()
time.sleep(1.3)
for form in ("table", "json"):
    out = subprocess.run([sys.argv[1], "check", "--netns", "self", "--window", "0", "-o", form], capture_output=True)
    sys.stdout.buffer.write(out.stdout + b"\0")
PY' _ "$UNFIN"
	page=${output%%{*}
	[[ $page != *$'\033'* ]]
	[[ $page == *'"\x1b[2J\x0a\x22\xff\"['* ]]
	sed -n '/^{/,$p' <<<"$output" | tr -d '\0' | jq -e '.findings[0].subject.comm | startswith("\u001b[2J\n\"")'
}

@test "a hostile command line draws nothing in any format" {
	run -0 unshare -n sh -c 'ip link set lo up && exec python3 "$1" "$2"' sh "$BATS_TEST_DIRNAME/hostile.py" "$UNFIN"
}

@test "a refused connect() that nobody cleared away is no connection" {
	run --separate-stderr -0 unshare -n bash -c '
		ip link set lo up
		exec python3 - "$1" <<"PY"
import socket, subprocess, sys
held = []
for port in range(9001, 9006):
    s = socket.socket(); s.setblocking(False); s.connect_ex(("127.0.0.1", port)); held.append(s)
sys.exit(subprocess.call([sys.argv[1], "check", "--netns", "self", "--window", "0", "--json"]))
PY' _ "$UNFIN"
	jq -e '.verdict == "ok" and .findings == [] and .states.close == 5' <<<"$output"
}

@test "Ctrl-C in a window: judged on what was watched, and marked so" {
	run --separate-stderr -1 "$UNFIN" lab incident -q -- timeout --preserve-status -s INT 3 "$UNFIN" check --window 60s
	[[ $output == *"cut short"* ]]
	[[ $output == *never-closed* ]]
}
