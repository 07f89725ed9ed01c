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

# reaches TARGET FUNCTION:FILE...: each of them was run by what that fuzzer begins with
reaches() {
	local target=$1 reached name
	shift
	[ -x "build-fuzz/tests/fuzz/fuzz-$target" ] || return 0
	reached=$(tests/fuzz/run --reached "$target")
	for name; do
		grep -qE "^${name%:*} blame/${name#*:} [1-9]" <<<"$reached" || { echo "$target does not reach $name"; return 1; }
	done
}

@test "every decoder is reached" {
	cd "$BATS_TEST_DIRNAME/../.."
	[ ! -e "$BATS_FILE_TMPDIR/status" ] || skip "the fuzzers were not built"
	command -v llvm-symbolizer >/dev/null || skip "needs llvm-symbolizer, to know functions by their names"
	reaches captures golang_unwind:golang_walk.c golang_lines:golang_table.c hotspot_walk:hotspot_walk.c hotspot_method:hotspot_method.c \
		v8_read:v8.c v8_stack_read:v8_stack.c python_frame:python.c python_line:python_lines.c read_all:perl.c read_all:php.c read_all:ruby.c walk_live:walk.c
	reaches stack unwinder_read:unwind.c lines_find:lines.c golang_find:golang.c hotspot_find:hotspot.c elf_debug_find:elf.c elf_thread_variable_find:elf.c
	reaches history history_ask:history.c add_line:history.c object_at:history.c
}
