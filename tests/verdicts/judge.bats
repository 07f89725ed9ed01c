#!/usr/bin/env bats
# The judge itself: documents that say too much, too little and the wrong thing, and what it makes of them.
bats_require_minimum_version 1.5.0

setup() {
	source "$BATS_TEST_DIRNAME/report.bash"
	out=$BATS_TEST_TMPDIR
	leak='{"key": "leak", "id": "never-closed", "severity": "critical", "confidence": "likely", "count": 7, "victims": [],
		"caused_by": null, "alternatives": [], "subject": {"pid": 5, "comm": "python3", "cmdline": "python3 leak.py host"}}'
	ports='{"key": "ports", "id": "ports-exhausted", "severity": "critical", "confidence": "certain", "count": 7, "subject": null,
		"caused_by": "leak", "alternatives": [],
		"victims": [{"process": {"comm": "java", "cmdline": "java Login"}, "call": "bind", "errno": "EADDRINUSE"}]}'
	expect '{"roots": [{"id": "never-closed", "subject": "*leak.py*", "candidates": ["stale-pool"]}],
		"effects": [{"id": "ports-exhausted", "caused_by": "never-closed"}],
		"victims": [{"process": "*Login*", "call": "bind", "errno": "EADDRINUSE"}]}'
}

expect() {
	jq -c '{name: "test", "label": (.roots[0].id // "healthy"), healthy: false} + .' <<<"$1" >"$out/expect.json"
}

# judged EXIT FINDING...: both looks say that, on complete coverage.
judged() {
	local exit=$1 look
	shift
	for look in one window; do
		printf '%s\n' "$@" | jq -s '{schema: "unfin.check/1", coverage: {complete: true}, findings: .,
			verdict: (if any(.[]; .severity == "critical") then "critical" else "ok" end)}' >"$out/$look.json"
		echo "{\"exit\": $exit, \"ms\": 20, \"before\": [7], \"after\": [7]}" >"$out/$look.meta"
	done
	judge_scene "$out"
}
window() { [[ $(jq -r "$1" "$out/window.judged") == "$2" ]]; }
passed() { [[ $(jq .passed "$out/verdict.json") == "$1" ]]; }
change() { jq -c "$2" <<<"$1"; }

@test "the cause first, its effect linked, its victim named: passed" {
	judged 1 "$leak" "$ports"
	window '.cells[0].status' ok
	window '.faults | length' 0
	passed true
}

@test "only possible: a candidate, and not enough for what ten seconds decide" {
	judged 1 "$(change "$leak" '.confidence = "possible"')" "$ports"
	window '.cells[0].status' candidate
	passed false
	expect "$(jq -c '. + {decidable: false}' "$out/expect.json")"
	judged 1 "$(change "$leak" '.confidence = "possible"')" "$ports"
	passed true
}

@test "a count stands still or is off; between two that differ, sockets come and go" {
	judged 1 "$(change "$leak" '.count = 6')" "$ports"
	window '.cells[0].status' count
	moved() { # BEFORE AFTER COUNT STATUS
		for look in one window; do
			jq -c ".before = [$1] | .after = [$2]" "$out/$look.meta" >"$out/meta" && mv "$out/meta" "$out/$look.meta"
			jq -c ".findings[0].count = $3" "$out/$look.json" >"$out/json" && mv "$out/json" "$out/$look.json"
		done
		judge_scene "$out"
		window '.cells[0].status' "$4"
	}
	moved 31 32 29 ok
	moved 31 32 24 count
	moved 32 32 29 count
}

@test "possible with the true cause among its alternatives is a candidate, too" {
	judged 1 "$(change "$leak" '.confidence = "possible" | .id = "stale-pool" | .alternatives = [{id: "never-closed"}]')"
	window '.cells[0].status' candidate
}

@test "another cause is wrong, and wrong-certain if it is certain" {
	judged 1 "$(change "$leak" '.id = "slow-handler"')"
	window '.cells[0].status' wrong
	judged 1 "$(change "$leak" '.id = "slow-handler" | .confidence = "certain"')"
	window '.faults | any(. == "wrong-certain:slow-handler")' true
	passed false
}

@test "nothing about the process is a miss, whatever is said of others" {
	judged 1 "$(change "$leak" '.subject = {pid: 6, comm: "nginx", cmdline: "nginx"}')"
	window '.cells[0].status' miss
	passed false
}

@test "the wrong number of sockets" {
	judged 1 "$(change "$leak" '.count = 6')" "$ports"
	window '.cells[0].status' count
	passed false
}

@test "an effect without its root" {
	judged 1 "$leak" "$(change "$ports" '.caused_by = null')"
	window '.faults | tostring' '["unlinked:ports-exhausted"]'
	passed false
}

@test "a root that is said to be an effect" {
	judged 1 "$(change "$leak" '.caused_by = "ports"')" "$ports"
	window '.faults | tostring' '["not-a-root:never-closed"]'
	passed false
}

@test "a victim that was not seen" {
	judged 1 "$leak" "$(change "$ports" '.victims = []')"
	window '.faults | tostring' '["no-victim:*Login*"]'
	passed false
}

@test "an exit status that does not fit" {
	judged 0 "$leak" "$ports"
	window '.faults | tostring' '["exit:0"]'
}

@test "healthy: info is allowed, a warning is a false alarm, incomplete is not healthy" {
	expect '{"healthy": true, "roots": []}'
	judged 0
	passed true
	judged 0 "$(change "$leak" '.severity = "info" | .confidence = "possible"')"
	passed true
	judged 1 "$(change "$leak" '.severity = "warning"')"
	window '.faults | any(. == "false-alarm:never-closed")' true
	passed false
	judged 0
	jq -c '.coverage.complete = false' "$out/window.json" >"$out/changed" && mv "$out/changed" "$out/window.json"
	judge_scene "$out"
	passed false
}

@test "an innocent process: accused, unless another finding causes what it has" {
	expect "$(jq -c '. + {innocent: ["nginx"]}' "$out/expect.json")"
	relay=$(change "$leak" '.key = "relay" | .id = "accept-queue" | .subject = {pid: 6, comm: "nginx", cmdline: "nginx"}')
	judged 1 "$leak" "$ports" "$(change "$relay" '.caused_by = "leak"')"
	window '.faults | length' 0
	passed true
	judged 1 "$leak" "$ports" "$relay"
	window '.faults | any(. == "accused:accept-queue")' true
	passed false
	judged 1 "$leak" "$ports" "$(change "$relay" '.severity = "info" | .confidence = "possible"')"
	passed true
}

@test "where nobody can know yet, another cause above possible is too sure" {
	expect '{"decidable": false, "roots": [{"id": "slow-handler", "subject": "*leak.py*", "candidates": ["never-closed"]}]}'
	judged 0 "$(change "$leak" '.confidence = "possible" | .severity = "info"')"
	passed true
	judged 0 "$(change "$leak" '.severity = "info"')"
	window '.faults | tostring' '["too-sure:never-closed"]'
	passed false
}

@test "a word that its evidence or advice must have" {
	expect '{"roots": [{"id": "never-closed", "subject": "*leak.py*", "says": "Close-on-exec"}]}'
	judged 1 "$(change "$leak" '.evidence = ["7 of them"] | .advice = [{text: "set close-on-exec"}]')"
	passed true
	judged 1 "$(change "$leak" '.evidence = ["7 of them"] | .advice = [{text: "restart it"}]')"
	window '.faults | tostring' '["unsaid:Close-on-exec"]'
	passed false
}

@test "what stands still neither grows nor ends" {
	expect '{"steady": true, "roots": [{"id": "never-closed", "subject": "*leak.py*"}]}'
	judged 1 "$(change "$leak" '.growth_per_min = 0 | .eta = null')"
	passed true
	judged 1 "$(change "$leak" '.growth_per_min = 23 | .eta = {s: 57}')"
	window '.faults | sort | tostring' '["forecast:never-closed","growth:never-closed"]'
	passed false
}

@test "two causes of one process: each is looked for beside the other" {
	expect '{"roots": [{"id": "never-closed", "subject": "*leak.py*"}, {"id": "fd-limit", "subject": "*leak.py*"}]}'
	judged 1 "$(change "$leak" '.id = "fd-limit" | .key = "limit"')" "$leak"
	window '.cells | map(.status) | join(" ")' "ok ok"
	judged 1 "$(change "$leak" '.id = "fd-limit" | .key = "limit"')"
	window '.cells | map(.status) | join(" ")' "miss ok"
	passed false
}

@test "with a hook off less may be seen, this must be told, and nothing may be wrong" {
	expect "$(jq -c '. + {off: ["calls"]}' "$out/expect.json")"
	judged 3 "$(change "$leak" '.confidence = "possible" | .severity = "info"')"
	window '.faults | sort | tostring' '["all-clear","untold:calls"]'
	tell_gap() { # WHAT
		for look in one window; do
			jq -c --arg what "$1" '.verdict = "unknown" | .coverage = {complete: false,
				gaps: [{what: $what, why: "exits of system calls bind: turned off on request"}]}' "$out/$look.json" >"$out/json"
			mv "$out/json" "$out/$look.json"
		done
		judge_scene "$out"
	}
	tell_gap closes
	window '.faults | tostring' '["untold:calls"]'
	tell_gap "failing calls"
	window '.faults | tostring' '[]'
	passed true
	judged 3 "$(change "$leak" '.id = "slow-handler" | .severity = "info"')"
	tell_gap "failing calls"
	passed false
	expect "$(jq -c '. + {off: ["destroyed"]}' "$out/expect.json")"
	judged 1 "$(change "$leak" '.confidence = "possible"')" "$ports"
	passed false
}

@test "what is listed as not right yet is awaited; once it is right, that is a failure" {
	export NOT_YET=$out/not-yet
	echo 'test: no rule for it yet' >"$NOT_YET"
	judged 1 "$(change "$leak" '.id = "slow-handler"')"
	judge_and_tell "$out" >"$out/said"
	[[ $(<"$out/status") == not-yet && $(<"$out/said") == "todo test: "* ]]
	run sum_up "$out"
	[[ $status == 0 && $output == *"1 not right yet"*"0 passed, 0 failed, 0 skipped" ]]
	judged 1 "$leak" "$ports"
	judge_and_tell "$out" >"$out/said"
	[[ $(<"$out/status") == failed && $(<"$out/said") == *"take it out of tests/verdicts/not-yet"* ]]
	for line in 'test: sometimes, when it is late' 'testing: another name'; do
		echo "$line" >"$NOT_YET"
		judge_and_tell "$out" >"$out/said"
		[[ $(<"$out/status") == passed ]]
	done
}

@test "what is listed as not right yet is a fault of the lab or a scene, and why is said" {
	[[ -x ${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin} ]] || skip "build/unfin is not built"
	names=$("$UNFIN" lab | awk '{ print $1 }'; cd "$BATS_TEST_DIRNAME/../real/scenes" && printf '%s\n' *.bash | sed 's/\.bash$//')
	run -1 grep -vE '^[a-z0-9-]+: .' "$BATS_TEST_DIRNAME/not-yet"
	run grep -vxFf <(echo "$names") <(cut -d: -f1 "$BATS_TEST_DIRNAME/not-yet")
	[[ -z $output ]]
}

@test "no document at all" {
	judged 4 "$leak"
	echo 'no such kernel' >"$out/window.json"
	judge_scene "$out"
	window '.faults | tostring' '["no-json:exit 4"]'
	passed false
}

@test "a look that was not taken is neither right nor wrong" {
	judged 1 "$(change "$leak" '.confidence = "possible"')" "$ports"
	rm "$out/window.meta"
	judge_scene "$out"
	passed true
	[[ $(print_scene "$out") == "ok   test: one look: never-closed possible [candidate]"* ]]
	run print_sums "$out/verdict.json"
	[[ $output == *"one look: 0 of 1"*"window:   0 of 0"* ]]
}

@test "from one look a cause without a process is right, where the finding says it has none" {
	expect '{"roots": [{"id": "ports-exhausted", "subject": "churn"}]}'
	judged 1 "$(change "$ports" '.caused_by = null')"
	[[ $(jq -r '.cells[0].status' "$out/one.judged") == ok ]]
	window '.cells[0].status' miss
}

@test "what only a failing call shows is not asked of one look" {
	expect '{"roots": [{"id": "port-taken", "subject": "server"}]}'
	judged 0
	run print_sums "$out/verdict.json"
	[[ $output == *"one look: 0 of 0"*"window:   0 of 1"* ]]
}

@test "the matrix and the sums" {
	judged 1 "$leak" "$ports"
	cp "$out/verdict.json" "$out/first"
	judged 1 "$(change "$leak" '.id = "slow-handler"')"
	run print_matrix window "$out/first" "$out/verdict.json"
	[[ $output == *"1   1   a never-closed"* && $output == *"column b: slow-handler"* ]]
	run print_sums "$out/first" "$out/verdict.json"
	[[ $output == *"window:   1 of 2"* && $output == *"wrong certain: 0"* ]]
}
