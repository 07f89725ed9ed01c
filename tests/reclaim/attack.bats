#!/usr/bin/env bats
# A sample of `make reclaim`: plans that are attacked before and while they are carried out.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN
	unshare -n true 2>/dev/null || skip "network namespaces need root"
}

@test "200 attacks on each way to destroy: no wrong socket dies, and those that were left alone do" {
	run --separate-stderr "$BATS_TEST_DIRNAME/run" 400
	echo "$output"
	[ "$status" = 0 ]
	jq -se 'length == 2 and all(.[]; .trials >= 200 and .wrong == 0 and .untouched > 5 and .destroyed == .untouched)' <<<"$output"
}

@test "ss -K, by the four numbers that it listed, destroys what had become something else: the attacks are real" {
	run --separate-stderr unshare -n -p -f --kill-child --mount-proc sh -c 'ip link set lo up && exec "$@"' sh \
		"$BATS_TEST_DIRNAME/attack.py" - --killer ss --trials 120
	echo "$output"
	jq -e '.wrong > 20 and .wrong_kinds["reuse-tuple"] > 0' <<<"$output"
}
