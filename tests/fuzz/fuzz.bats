#!/usr/bin/env bats
# The fuzzers, a few seconds each: `make fuzz` is the long run.
bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	# Not in a test: the first build takes longer than one may.
	tests/fuzz/run --build >"$BATS_FILE_TMPDIR/built" 2>&1 || echo "$?" >"$BATS_FILE_TMPDIR/status"
}

@test "nothing is found in a few seconds each" {
	cd "$BATS_TEST_DIRNAME/../.."
	if [ -e "$BATS_FILE_TMPDIR/status" ]; then
		cat "$BATS_FILE_TMPDIR/built"
		[[ $(<"$BATS_FILE_TMPDIR/status") == 77 ]] && skip "$(tail -n 1 "$BATS_FILE_TMPDIR/built")"
		return 1
	fi
	FUZZ_SECONDS=${FUZZ_SECONDS:-5} tests/fuzz/run
}

@test "every fuzzer has seeds, and every seeds' file its fuzzer" {
	cd "$BATS_TEST_DIRNAME"
	diff <(ls seeds) <(grep -l LLVMFuzzerTestOneInput ./*.c | xargs -n 1 basename -s .c)
}
