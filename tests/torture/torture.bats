#!/usr/bin/env bats
# A sample of `make torture`, spread over all that can fail; the same one each time.
bats_require_minimum_version 1.5.0

setup() {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
}

@test "whatever fails, the answer is the truth or says what is missing: 500 of 25,000 ways" {
	run "$BATS_TEST_DIRNAME/run" --sample 500
	echo "$output"
	[[ $status == 0 ]]
}
