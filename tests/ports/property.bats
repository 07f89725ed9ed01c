#!/usr/bin/env bats
# A part of `make ports-property`: the kernel judges the port model. The seed of each run is in its output.
bats_require_minimum_version 1.5.0

@test "the predicted number of free ports is what the kernel grants" {
	program=$BATS_TEST_DIRNAME/../../build/tests/ports-property
	[ -x "$program" ] || skip "build/tests/ports-property is not built"
	run timeout -k 5 100 "$program" --count 96
	echo "$output"
	[ "$status" != 77 ] || skip "$output"
	[ "$status" = 0 ]
}
