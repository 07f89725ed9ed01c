#!/usr/bin/env bats
# The runner itself, on a small tree: what it counts, shows, bounds and cleans up.

setup() {
	TOP=${TOP:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir -p tests/demo tests/gates tests/unit build/tests build-asan/tests
	cp "$TOP/tests/check" "$TOP/tests/tap.awk" tests/
	touch tests/skips-allowed build/unfin
	chmod +x build/unfin
	printf 'all clang asan:\n\t@true\n' >Makefile
	suite '@test "fine" { true; }'
}

suite() { # LINES of tests/demo/demo.bats
	printf '%s\n' "$@" >tests/demo/demo.bats
}

check() { # ARGUMENT...: without what bats hands on to bats
	run env -i PATH="$PATH" tests/check "$@"
	echo "$output"
}

@test "all is well: a line a suite, the count last, status 0" {
	check
	[ "$status" -eq 0 ]
	[[ $output == *"demo "*"1 passed "* ]]
	[ "${lines[-1]}" = "4 passed, 0 failed, 0 skipped" ]
}

@test "a failure is shown in full and is the status" {
	suite '@test "wrong" { echo "what it said"; false; }' '@test "fine" { true; }'
	check
	[ "$status" -eq 1 ]
	[[ $output == *"FAIL demo/demo: wrong"*"what it said"* ]]
	[ "${lines[-1]}" = "4 passed, 1 failed, 0 skipped" ]
}

@test "a build that fails stops the rest" {
	printf 'all clang asan:\n\t@echo "error: no such thing"; false\n' >Makefile
	rm build/unfin
	check
	[ "$status" -eq 1 ]
	[[ $output == *"no such thing"* ]]
	[[ $output != *demo* ]]
	[ "${lines[-1]}" = "0 passed, 1 failed, 0 skipped" ]
}

@test "a skip is told, and fails where it is not granted" {
	[ "$(id -u)" = 0 ] || skip "the bound holds for root"
	suite '@test "not here" { skip "no such kernel"; }'
	check
	[ "$status" -eq 1 ]
	[[ $output == *"skip demo/demo: not here: no such kernel"* ]]
	[[ $output == *"1 tests were skipped, tests/skips-allowed grants 0"* ]]
	echo "demo 1 a kernel that has it" >tests/skips-allowed
	check
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "3 passed, 0 failed, 1 skipped" ]
}

@test "files run beside each other, and one that is alone after all others" {
	mkdir bin && printf '#!/bin/sh\necho 2\n' >bin/nproc && chmod +x bin/nproc
	# shellcheck disable=SC2016
	for name in a b; do
		printf '%s\n' "@test \"meets\" { : >\"\$TOP/$name.here\"; for _ in \$(seq 100); do [ ! -e \"\$TOP/a.here\" ] || [ ! -e \"\$TOP/b.here\" ] || return 0; sleep 0.1; done; false; }" \
			"teardown() { : >\"\$TOP/$name.done\"; }" >"tests/demo/$name.bats"
	done
	# shellcheck disable=SC2016
	suite '# alone: it counts the others' '@test "after" { [ -e "$TOP/a.done" ] && [ -e "$TOP/b.done" ]; }'
	run env -i PATH="$PWD/bin:$PATH" tests/check demo
	echo "$output"
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "6 passed, 0 failed, 0 skipped" ]
}

@test "a process left behind is a failure, and is ended" {
	# shellcheck disable=SC2016
	suite '@test "leaves one" { setsid sleep 4321 >/dev/null 2>&1 3>&- & echo $! >pid; }'
	check
	[ "$status" -eq 1 ]
	[[ $output == *"left a process behind: "*"sleep 4321"* ]]
	[ -z "$(tr -d '\0' 2>/dev/null <"/proc/$(cat pid)/cmdline")" ] # gone, or dead and not yet reaped
}

@test "a process left behind is met though it would have ended before the last file has" {
	# shellcheck disable=SC2016
	suite '@test "leaves one" { setsid sleep 4.321 >/dev/null 2>&1 3>&- & echo $! >"$TOP/pid"; }'
	# shellcheck disable=SC2016
	printf '%s\n' '# alone: it waits until that is gone' \
		'@test "waits" { for _ in $(seq 100); do kill -0 "$(<"$TOP/pid")" 2>/dev/null || return 0; sleep 0.1; done; false; }' >tests/demo/later.bats
	check demo
	[ "$status" -eq 1 ]
	[[ $output == *"FAIL demo/demo: left a process behind: "*"sleep 4.321"* ]]
}

@test "a test that hangs is ended" {
	suite '@test "hangs" { sleep 4321; }' '@test "fine" { true; }'
	run env -i PATH="$PATH" BATS_TEST_TIMEOUT=1 tests/check
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"FAIL demo/demo: hangs"*"timeout"* ]]
}

@test "when the time for all is up, the rest is a failure and the count still comes" {
	suite '@test "hangs" { sleep 4321; }'
	{ echo '# alone: after the other'; cat tests/demo/demo.bats; } >tests/demo/later.bats
	run env -i PATH="$PATH" DEADLINE=$((EPOCHSECONDS + 6)) tests/check
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"FAIL demo/demo: ended with status 124"* ]]
	[[ $output == *"FAIL demo/later: not run"* ]]
	[ "${lines[-1]}" = "3 passed, 2 failed, 0 skipped" ]
}

@test "a unit that dies, one that was not built" {
	printf '#!/bin/sh\necho 1..2; echo ok 1 - one; kill -SEGV $$\n' >build/tests/unit-crash
	cp build/tests/unit-crash build-asan/tests/
	chmod +x build/tests/unit-crash build-asan/tests/unit-crash
	touch tests/unit/crash.c tests/unit/lost.c
	check unit
	[ "$status" -eq 1 ]
	[[ $output == *"FAIL unit/crash: ended with status 139"* ]]
	[[ $output == *"FAIL unit/lost: ended with status 127"* ]]
	[ "${lines[-1]}" = "4 passed, 2 failed, 0 skipped" ]
}

@test "suites and files by name, and a wrong name is said" {
	printf '#!/bin/sh\nexit 1\n' >tests/gates/strict
	chmod +x tests/gates/strict
	check demo/demo
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "4 passed, 0 failed, 0 skipped" ]
	check gates/strict
	[ "$status" -eq 1 ]
	[[ $output == *"FAIL gate strict"* ]]
	check demmo
	[ "$status" -eq 2 ]
	[[ $output == *"no suite 'demmo'"*"demo"* ]]
	check --list
	[ "$output" = $'build\ngates\nunit\nasan\ndemo' ]
}

@test "a changed setting of the host is a failure" {
	unshare -n true 2>/dev/null || skip "no network namespace can be made here"
	suite '@test "turns a knob" { echo "20000 20100" >/proc/sys/net/ipv4/ip_local_port_range; }'
	run unshare -n env -i PATH="$PATH" tests/check # where that host is a namespace of this test's
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"changed settings of the host"*"ip_local_port_range"* ]]
	[ "${lines[-1]}" = "4 passed, 1 failed, 0 skipped" ]
}
