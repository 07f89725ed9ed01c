#!/usr/bin/env bats
# A verdict with hooks turned off: what is not seen is told, nothing is "ok", nobody is accused of what he has not done.
# `make hooks` takes all faults.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export WHOLE_UNFIN=$UNFIN
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	cd "$BATS_TEST_TMPDIR" || return
}

# judged_without HOOKS FAULT: the answer is in HOOKS.FAULT, the status in HOOKS.FAULT.status
judged_without() {
	HOOKS_OFF=$1 "$UNFIN" lab "$2" --quiet -- "$BATS_TEST_DIRNAME/unfin" check --json --window 2s >"$1.$2" 2>"$1.$2.err" ||
		echo $? >"$1.$2.status"
}

@test "a hook that is off: a leak is found, a healthy host is unknown, and why is told" {
	local waited=() off
	for off in calls state "calls state" destroyed; do
		for fault in never-closed healthy-pool; do
			judged_without "$off" $fault &
			waited+=($!)
		done
	done
	wait "${waited[@]}"
	for off in calls state "calls state"; do
		gaps=$(wc -w <<<"$off")
		jq -e '.findings[0].id == "never-closed"' "$off.never-closed"
		jq -e --argjson gaps "$gaps" '.verdict == "unknown" and .findings == [] and
			([.coverage.gaps[] | select(.why | endswith("turned off on request"))] | length == $gaps)' "$off.healthy-pool"
		[[ $(<"$off.healthy-pool.status") == 3 ]]
	done
	# Who held what had been reset is not known without it; all else is, and in full.
	jq -e '.findings[0].id == "never-closed"' destroyed.never-closed
	jq -e '.verdict == "ok" and .coverage.complete' destroyed.healthy-pool
}
