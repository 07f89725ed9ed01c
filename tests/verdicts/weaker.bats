#!/usr/bin/env bats
# The more is watched, the surer: pairs of answers, and what is said where the later one knows less.
bats_require_minimum_version 1.5.0

setup() {
	leak='{"key": "leak", "id": "never-closed", "severity": "warning", "confidence": "likely", "victims": [], "eta": null, "eta_why": "",
		"alternatives": [], "excluded": [], "subject": {"pid": 5, "comm": "python3"}}'
}

change() { jq -c "$2" <<<"$1"; }

# after FINDINGS FINDINGS: what is wrong when the first was said after 5 s, and the second after 10 s.
after() {
	jq -nc --argjson a "$1" --argjson b "$2" '{look: "five", exit: 1, doc: {findings: $a}}, {look: "window", exit: 1, doc: {findings: $b}}' |
		jq -src -f "$BATS_TEST_DIRNAME/weaker.jq"
}
nothing_after() { [[ $(after "$@") == '[]' ]]; }
weaker_after() { [[ $(after "$@") == *"five never-closed likely warning, window "* ]]; }

@test "the same, or surer, or worse" {
	nothing_after "[$leak]" "[$leak]"
	nothing_after "[$leak]" "[$(change "$leak" '.confidence = "certain" | .severity = "critical"')]"
	nothing_after "[$(change "$leak" '.confidence = "possible" | .severity = "info"')]" "[$leak]"
	nothing_after '[]' "[$leak]"
}

@test "less sure, without a reason" {
	weaker_after "[$leak]" "[$(change "$leak" '.confidence = "possible"')]"
}

@test "less sure, for another cause that came up" {
	nothing_after "[$leak]" "[$(change "$leak" '.confidence = "possible" | .alternatives = [{id: "slow-handler", why: "3 were closed"}]')]"
	weaker_after "[$(change "$leak" '.alternatives = [{id: "slow-handler", why: "no close seen"}]')]" \
		"[$(change "$leak" '.confidence = "possible" | .alternatives = [{id: "slow-handler", why: "no close seen"}]')]"
}

@test "another cause: only if it excludes the first, or the first was open and had it among its alternatives" {
	weaker_after "[$leak]" "[$(change "$leak" '.id = "slow-handler" | .key = "slow"')]"
	nothing_after "[$leak]" "[$(change "$leak" '.id = "slow-handler" | .key = "slow" | .excluded = [{id: "never-closed", why: "closed after 3 s"}]')]"
	nothing_after "[$(change "$leak" '.confidence = "possible" | .alternatives = [{id: "slow-handler"}]')]" \
		"[$(change "$leak" '.id = "slow-handler" | .key = "slow"')]"
}

@test "nothing more is said of it" {
	weaker_after "[$leak]" '[]'
	nothing_after "[$(change "$leak" '.confidence = "possible" | .severity = "info"')]" '[]'
}

@test "less grave: a forecast, or why there is none, is the reason" {
	weaker_after "[$leak]" "[$(change "$leak" '.severity = "info"')]"
	nothing_after "[$leak]" "[$(change "$leak" '.severity = "info" | .eta = {s: 900000}')]"
	nothing_after "[$leak]" "[$(change "$leak" '.severity = "info" | .eta_why = "none came"')]"
}

@test "a process that was seen failing is seen still" {
	failing='[{"process": {"comm": "java"}, "call": "bind", "errno": "EADDRINUSE"}]'
	[[ $(after "[$(change "$leak" ".victims = $failing")]" "[$leak]") == *"five saw java bind EADDRINUSE, window did not"* ]]
}

@test "what was just watched settles nothing" {
	asking=$(change "$leak" '.alternatives = [{id: "slow-handler", settled_by: "unfin check --window 10s"}]')
	[[ $(after '[]' "[$asking]") == *"window of never-closed asks for --window 10s again"* ]]
	nothing_after "[$(change "$asking" '.confidence = "possible" | .severity = "info"')]" '[]'
	nothing_after '[]' "[$(change "$leak" '.alternatives = [{id: "slow-handler", settled_by: "unfin check --window 2m"}]')]"
}
