#!/usr/bin/env bats
# unfin reclaim on faults of the lab: what it destroys, what it leaves alone, and what it says of both. A fault takes 8 s to
# stand, so that each is asked all at once.
# alone: a plan is held against what is there a moment later
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN UNFIN_FILTER=kill WORK=$BATS_TEST_TMPDIR UNFIN_AUDIT=$BATS_TEST_TMPDIR/audit.jsonl
	unshare -n true 2>/dev/null || skip "network namespaces need root"
}

# in_fault NAME SCRIPT: runs it in bash beside that fault
in_fault() {
	"$UNFIN" lab "$1" --quiet -- bash -euo pipefail -c "$2"
}

@test "the incident: a plan touches nothing; then the victim's next bind() succeeds, the culprit runs on, the next plan is empty" {
	in_fault incident '
		ss -tanH state close-wait | wc -l >"$WORK/count"
		"$UNFIN" reclaim "state == close-wait" --min-age 2s --limit 5000 --window 0 >"$WORK/plan" || [ $? = 5 ]
		[ "$(ss -tanH state close-wait | wc -l)" -ge "$(cat "$WORK/count")" ]
		[ ! -e "$UNFIN_AUDIT" ]
		"$UNFIN" check --json >"$WORK/before" || [ $? = 1 ]
		jq -e ".findings[] | select(.id == \"ports-exhausted\") | .victims[0].errno == \"EADDRINUSE\"" "$WORK/before"
		status=0
		"$UNFIN" reclaim "state == close-wait and age > 2s" --min-age 2s --rate 0 --limit 5000 --apply --yes --json >"$WORK/done" || status=$?
		[ "$status" = 0 ]
		"$UNFIN" check --json >"$WORK/after" || [ $? = 1 ]
		kill -0 "$(jq ".done[0].socket.holders[0].pid" "$WORK/done")"
		"$UNFIN" reclaim "state == close-wait and age > 20s" --min-age 20s --window 0 --json >"$WORK/again"'
	grep -q 'would destroy .* connections; nothing is touched yet' "$WORK/plan"
	grep -q 'CLOSE-WAIT of fetch-profiles\[' "$WORK/plan"
	grep -q 'bind(0) on 127.0.0.1: 0 of' "$WORK/plan"
	grep -q 'descriptors of fetch-profiles\[.* stay open' "$WORK/plan"
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

# What is not named in words: other states, young ones, listeners.
refuses_unnamed() {
	"$UNFIN" reclaim "comm ~ *" --window 0 --min-age 1h --json >"$WORK/unnamed.json" && return 1
	[ $? = 5 ]
	jq -e '.sockets == [] and (.refused | length) > 0' "$WORK/unnamed.json"
	jq -e '[.refused[] | select(.socket.state == "listen") | .why] | length > 0 and all(.[]; startswith("a listener"))' "$WORK/unnamed.json"
	jq -e '[.refused[] | select(.socket.state == "close_wait") | .why] | length > 0 and all(.[]; startswith("younger"))' "$WORK/unnamed.json"
}

# The shell is an ancestor of unfin, and holds a connection.
refuses_own() {
	exec 9<>/dev/tcp/127.0.0.1/8080
	"$UNFIN" reclaim "pid == $$ and state != listen" --state established --window 0 --min-age 0s --force test --json >"$WORK/own.json" && return 1
	jq -e '(.sockets | length) == 0 and (.refused | length) > 0 and all(.refused[]; .why | startswith("your own"))' "$WORK/own.json"
	exec 9>&-
}

refuses_unwritten() {
	local before status=0

	before=$(ss -tanH state close-wait | wc -l)
	UNFIN_AUDIT=/dev/full "$UNFIN" reclaim "state == close-wait" --window 0 --min-age 0s --force test --limit 5 --apply --yes 2>"$WORK/why" || status=$?
	[ "$status" = 5 ]
	grep -q "nothing is destroyed without being written down" "$WORK/why"
	[ "$(ss -tanH state close-wait | wc -l)" -ge "$before" ]
}

# Of another boot, another namespace, or with another namespace's cookie: nothing is touched. Carried out once, gone after.
keeps_to_a_plan() {
	local opts="--window 0 --min-age 0s --force test --limit 5 --quiet --json" status=0

	"$UNFIN" reclaim "state == close-wait" $opts >"$WORK/plan.json" || [ $? = 5 ]
	jq '.boot_id = "00000000-0000-0000-0000-000000000000"' "$WORK/plan.json" >"$WORK/boot.json"
	"$UNFIN" reclaim --plan "$WORK/boot.json" --apply --yes $opts 2>"$WORK/why" || status=$?
	[ "$status" = 5 ] && grep -q "another boot" "$WORK/why"
	unshare -n "$UNFIN" reclaim --plan "$WORK/plan.json" --apply --yes $opts >"$WORK/elsewhere.json"
	jq -e '.sockets == [] and .done == []' "$WORK/elsewhere.json"
	jq '.sockets |= map(.netns_cookie += 1)' "$WORK/plan.json" >"$WORK/forged.json"
	status=0
	"$UNFIN" reclaim --plan "$WORK/forged.json" --apply --yes $opts >"$WORK/forged.out" || status=$?
	[ "$status" = 5 ]
	jq -e '.done == [] and (.refused | length) == 5' "$WORK/forged.out"
	[ ! -e "$UNFIN_AUDIT" ]
	"$UNFIN" reclaim --plan "$WORK/plan.json" --apply --yes --rate 0 $opts >"$WORK/done.json"
	jq -e '(.done | length) == 5 and all(.done[]; .result == "destroyed")' "$WORK/done.json"
	[ "$(jq -r .plan_id "$WORK/done.json")" = "$(jq -r .plan_id "$WORK/plan.json")" ]
	"$UNFIN" reclaim --plan "$WORK/plan.json" --apply --yes $opts >"$WORK/again.json"
	jq -e '.sockets == [] and .refused == []' "$WORK/again.json"
	[ "$("$UNFIN" reclaim --audit | grep -c 'fetch-profiles\[.* destroyed ')" = 5 ]
}

# shutdown() on a copy of the descriptor: the connection ends with a FIN.
shuts_down() {
	local cookies

	"$UNFIN" reclaim "state == close-wait" --window 0 --min-age 0s --force test --limit 3 --method shutdown --rate 0 --apply --yes \
		--json >"$WORK/shut.json" || [ $? = 5 ]
	jq -e '(.done | length) == 3 and all(.done[]; .result == "shut_down")' "$WORK/shut.json"
	cookies=$(jq -c '[.done[].socket.cookie]' "$WORK/shut.json")
	"$UNFIN" list --json |
		jq -e --argjson cookies "$cookies" '[.sockets[] | select(.cookie | IN($cookies[])) | .state] | all(. != "close_wait")'
}

survives_failing_calls() {
	"$TOP/tests/reclaim/errnos.py" "$UNFIN" --runs 8 >"$WORK/errnos.json"
	jq -e '.runs == 8 and .calls > 30 and .wrong == []' "$WORK/errnos.json"
}

@test "a leak: what is refused, what a kept plan holds to, the gentler way, and calls that fail" {
	local part

	export TOP=$BATS_TEST_DIRNAME/../..
	export -f refuses_unnamed refuses_own refuses_unwritten keeps_to_a_plan shuts_down survives_failing_calls
	in_fault never-closed '
		for part in refuses_unnamed refuses_own refuses_unwritten keeps_to_a_plan shuts_down survives_failing_calls; do
			echo "$part"
			"$part"
		done' >"$WORK/parts" || { cat "$WORK/parts"; return 1; }
	part=$(grep -c '^[a-z]*_[a-z_]*$' "$WORK/parts")
	[ "$part" = 6 ]
}

@test "without a terminal, --apply takes --yes; nothing is destroyed that is not named" {
	run --separate-stderr "$UNFIN" reclaim 'pid == 1' --apply </dev/null
	[ "$status" = 2 ]
	[[ $stderr == *"--yes"* ]]
	run --separate-stderr "$UNFIN" reclaim
	[ "$status" = 2 ]
	[[ $stderr == *"which sockets"* ]]
}
