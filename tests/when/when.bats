#!/usr/bin/env bats
# A part of `make when`: one fault, half a minute from its end. It says 41 users a second, for 31 s more.
bats_require_minimum_version 1.5.0

@test "the end that is foretold is the one that comes" {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	run env SEED=32 OUT="$BATS_TEST_TMPDIR" "$BATS_TEST_DIRNAME/run" fd-limit
	echo "$output"
	[ "$status" = 0 ]
	[[ $output != *" 1 skipped"* ]] || skip "this machine did not keep the pace"
}
