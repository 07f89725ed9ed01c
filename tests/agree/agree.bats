#!/usr/bin/env bats
# Some faults, by chance; `make agree` takes all of them.
bats_require_minimum_version 1.5.0

agree() { # COUNT ARGUMENT...
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	OUT=$BATS_TEST_TMPDIR run "$BATS_TEST_DIRNAME/run" "${@:2}"
	echo "$output"
	[[ $status == 0 && $output == *"$1 passed, 0 failed"* ]]
}

@test "both live sources and a kept moment agree, on four faults of the lab" { agree 4 --some 4; }

# By chance one may go long without such a fault: a finding had its line live, and none from the file.
@test "and on one that has a line of code" { agree 1 never-closed; }
