#!/usr/bin/env bats
# How results are counted: nothing that went wrong may look like a pass.

TOP=${TOP:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}

counts() { # STATUS, the program's words on stdin -> "PASSED FAILED SKIPPED"
	run awk -v from=t -v status="$1" -v totals="$BATS_TEST_TMPDIR/totals" -f "$TOP/tests/tap.awk"
	cat "$BATS_TEST_TMPDIR/totals"
	echo "$output"
}

@test "passes, failures with their lines, skips with their reason" {
	counts 1 <<<$'1..4\nok 1 - one\nnot ok 2 two\n# because\nok 3 three # skip no root\nnot ok 4 # SKIP four'
	[ "$(cat "$BATS_TEST_TMPDIR/totals")" = "1 1 2" ]
	[[ $output == *"FAIL t: two"*"# because"* ]]
	[[ $output == *"skip t: three: no root"* ]]
	[[ $output == *"skip t: four"* ]]
	[[ $output != *one* ]]
}

@test "a program that dies half-way fails for each test not run" {
	counts 134 <<<$'1..3\nok 1 - one\n==1==ERROR: AddressSanitizer'
	[ "$(cat "$BATS_TEST_TMPDIR/totals")" = "1 2 0" ]
	[[ $output == *"status 134"*"AddressSanitizer"* ]]
}

@test "a program that says nothing, or fails after all passed" {
	counts 0 <<<""
	[ "$(cat "$BATS_TEST_TMPDIR/totals")" = "0 1 0" ]
	counts 23 <<<$'1..1\nok 1 - one\nLeakSanitizer: leaks'
	[ "$(cat "$BATS_TEST_TMPDIR/totals")" = "1 1 0" ]
	[[ $output == *"LeakSanitizer: leaks"* ]]
}

@test "a plan of nothing is nothing" {
	counts 0 <<<"1..0"
	[ "$(cat "$BATS_TEST_TMPDIR/totals")" = "0 0 0" ]
}
