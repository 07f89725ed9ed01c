#!/usr/bin/env bats
# Some faults, by chance; `make agree` takes all of them.
bats_require_minimum_version 1.5.0

@test "both live sources and a kept moment agree, on four faults of the lab" {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	OUT=$BATS_TEST_TMPDIR run "$BATS_TEST_DIRNAME/run" --some 4
	echo "$output"
	[[ $status == 0 && $output == *"4 passed, 0 failed"* ]]
}
