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

@test "a kept plan: carried out once, gone after; of another boot or another namespace, nothing is touched" {
	in_fault never-closed '
		opts="--window 0 --min-age 0s --force test --limit 5 --quiet --json"
		"$UNFIN" reclaim "state == close-wait" $opts >"$WORK/plan.json" || [ $? = 5 ]
		jq ".boot_id = \"00000000-0000-0000-0000-000000000000\"" "$WORK/plan.json" >"$WORK/other-boot.json"
		status=0; "$UNFIN" reclaim --plan "$WORK/other-boot.json" --apply --yes $opts 2>"$WORK/why" || status=$?
		[ "$status" = 5 ]
		grep -q "another boot" "$WORK/why"
		status=0; unshare -n "$UNFIN" reclaim --plan "$WORK/plan.json" --apply --yes $opts >"$WORK/elsewhere.json" || status=$?
		jq -e ".sockets == [] and .done == []" "$WORK/elsewhere.json"
		jq ".sockets |= map(.netns_cookie += 1)" "$WORK/plan.json" >"$WORK/forged.json"
		status=0; "$UNFIN" reclaim --plan "$WORK/forged.json" --apply --yes $opts >"$WORK/forged.out" || status=$?
		[ "$status" = 5 ]
		jq -e ".done == [] and (.refused | length) == 5" "$WORK/forged.out"
		[ ! -e "$UNFIN_AUDIT" ]
		"$UNFIN" reclaim --plan "$WORK/plan.json" --apply --yes --rate 0 $opts >"$WORK/done.json"
		jq -e "(.done | length) == 5 and all(.done[]; .result == \"destroyed\")" "$WORK/done.json"
		"$UNFIN" reclaim --plan "$WORK/plan.json" --apply --yes $opts >"$WORK/again.json"' >&2
	[ "$(jq -r .plan_id "$WORK/done.json")" = "$(jq -r .plan_id "$WORK/plan.json")" ]
	jq -e '.sockets == [] and .refused == []' "$WORK/again.json"
	run "$UNFIN" reclaim --audit
	[ "$(grep -c ' destroyed ' <<<"$output")" = 5 ]
	[[ $output == *"fetch-profiles["* ]]
}

@test "the gentler way: shutdown() on a copy of the descriptor ends the connection with a FIN" {
	in_fault never-closed '
		"$UNFIN" reclaim "state == close-wait" --window 0 --min-age 0s --force test --limit 3 --method shutdown --rate 0 --apply --yes --json >"$WORK/done.json" || [ $? = 5 ]
		cookies=$(jq -c "[.done[].socket.cookie]" "$WORK/done.json")
		"$UNFIN" list --json | jq -e --argjson cookies "$cookies" "[.sockets[] | select(.cookie | IN(\$cookies[])) | .state] | all(. != \"close_wait\")"' >&2
	jq -e '(.done | length) == 3 and all(.done[]; .result == "shut_down")' "$WORK/done.json"
}

@test "your own connection is refused, though all else is allowed; so is what cannot be written down" {
	# the shell is an ancestor of unfin, and holds a connection
	in_fault never-closed '
		exec 9<>/dev/tcp/127.0.0.1/8080
		"$UNFIN" reclaim "pid == $$ and state != listen" --state established --window 0 --min-age 0s --force test --json >"$WORK/own.json" || [ $? = 5 ]
		jq -e "(.sockets | length) == 0 and all(.refused[]; .why | startswith(\"your own\"))" "$WORK/own.json"
		jq -e ".refused | length > 0" "$WORK/own.json"
		before=$(ss -tanH state close-wait | wc -l)
		status=0; UNFIN_AUDIT=/dev/full "$UNFIN" reclaim "state == close-wait" --window 0 --min-age 0s --force test --limit 5 --apply --yes 2>"$WORK/why" || status=$?
		[ "$status" = 5 ]
		grep -q "nothing is destroyed without being written down" "$WORK/why"
		[ "$(ss -tanH state close-wait | wc -l)" -ge "$before" ]' >&2
}
