#!/usr/bin/env bats
# unfin reclaim on faults of the lab: what it destroys, what it leaves alone, and what it says of both.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN UNFIN_FILTER=kill WORK=$BATS_TEST_TMPDIR UNFIN_AUDIT=$BATS_TEST_TMPDIR/audit.jsonl
	unshare -n true 2>/dev/null || skip "network namespaces need root"
}

# in_fault NAME SCRIPT: runs it in bash beside that fault, with the trace of what went wrong
in_fault() {
	"$UNFIN" lab "$1" --quiet -- bash -euo pipefail -c "$2"
}

@test "the incident: the victim's next bind() succeeds, the culprit runs on, and the next plan is empty" {
	in_fault incident '
		"$UNFIN" check --json >"$WORK/before" || [ $? = 1 ]
		jq -e ".findings[] | select(.id == \"ports-exhausted\") | .victims[0].errno == \"EADDRINUSE\"" "$WORK/before"
		status=0
		"$UNFIN" reclaim "state == close-wait and age > 2s" --min-age 2s --rate 0 --limit 5000 --apply --yes --json >"$WORK/done" || status=$?
		[ "$status" = 0 ]
		"$UNFIN" check --json >"$WORK/after" || [ $? = 1 ]
		kill -0 "$(jq ".done[0].socket.holders[0].pid" "$WORK/done")"
		"$UNFIN" reclaim "state == close-wait and age > 10s" --min-age 10s --json >"$WORK/again"'
	jq -e '(.done | length) > 100 and all(.done[]; .result == "destroyed") and .refused == []' "$WORK/done"
	jq -e '.budgets[0] | .call == "bind" and .free_before == 0 and .free_after > 100 and .granted' "$WORK/done"
	# nobody fails any more: the victim has its ports
	jq -e '[.findings[].victims[]] == []' "$WORK/after"
	jq -e '.sockets == [] and .refused == []' "$WORK/again"
	# no kill without its line before it, and its line after it
	jq -se --slurpfile carried "$WORK/done" '
		(map(select(.step == "intent") | .cookie) | sort) as $intents
		| (map(select(.step == "result" and .result == "destroyed") | .cookie) | sort) as $results
		| ($carried[0].done | map(.socket.cookie) | sort) as $killed
		| $intents == $killed and $results == $killed
		and all(.[]; .uid == 0 and .cause == "never-closed" and .plan_id == $carried[0].plan_id and (.holders | length) == 1)' "$UNFIN_AUDIT"
}

@test "a plan touches nothing, and says what goes, what comes back and what stays" {
	in_fault incident '
		ss -tanH state close-wait | wc -l >"$WORK/count"
		"$UNFIN" reclaim "state == close-wait" --min-age 2s --limit 5000 --window 0 >"$WORK/plan" || [ $? = 5 ]
		[ "$(ss -tanH state close-wait | wc -l)" -ge "$(cat "$WORK/count")" ]'
	grep -q 'would destroy .* connections; nothing is touched yet' "$WORK/plan"
	grep -q 'CLOSE-WAIT of fetch-profiles\[' "$WORK/plan"
	grep -q 'bind(0) on 127.0.0.1: 0 of' "$WORK/plan"
	grep -q 'descriptors of fetch-profiles\[.* stay open' "$WORK/plan"
	[ ! -e "$UNFIN_AUDIT" ]
}

@test "what is not named in words is refused: other states, young ones, listeners" {
	run --separate-stderr in_fault never-closed '"$UNFIN" reclaim "comm ~ *" --window 0 --min-age 1h --json'
	[ "$status" = 5 ]
	jq -e '.sockets == [] and (.refused | length) > 0' <<<"$output"
	jq -e '[.refused[] | select(.socket.state == "listen") | .why] | length > 0 and all(.[]; startswith("a listener"))' <<<"$output"
	jq -e '[.refused[] | select(.socket.state == "close_wait") | .why] | length > 0 and all(.[]; startswith("younger"))' <<<"$output"
}

@test "without a terminal, --apply takes --yes; nothing is destroyed that is not named" {
	run --separate-stderr "$UNFIN" reclaim 'pid == 1' --apply </dev/null
	[ "$status" = 2 ]
	[[ $stderr == *"--yes"* ]]
	run --separate-stderr "$UNFIN" reclaim
	[ "$status" = 2 ]
	[[ $stderr == *"which sockets"* ]]
}
