#!/usr/bin/env bats
# What a person types first: make, its messages, and its status. In a copy of the front with stubs behind it.

setup() {
	TOP=${TOP:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	cd "$BATS_TEST_TMPDIR" || return 1
	unset MAKEFLAGS MAKELEVEL MFLAGS
	cp -r "$TOP/Makefile" "$TOP/make" "$TOP/.ci" .
	mkdir tests bin
}

stub() { # FILE SHELL-LINES: an executable script
	printf '#!/bin/sh\n%s\n' "$2" >"$1"
	chmod +x "$1"
}

stub_unfin() { # STATUS: a build that makes an unfin which ends so
	stub make/build "mkdir -p build; printf '#!/bin/sh\necho verdict\nexit $1\n' >build/unfin; chmod +x build/unfin"
	stub make/deps ""
}

@test "make run: a finding is an answer, not an error of make" {
	for code in 0 1 3; do
		stub_unfin $code
		run make run
		[ "$status" -eq 0 ]
		[ "$output" = verdict ]
	done
}

@test "make run: what could not run is an error" {
	for code in 2 4 130; do
		stub_unfin $code
		run make run
		[ "$status" -ne 0 ]
	done
}

@test "make says what to install, and how, when meson is not there" {
	stub bin/meson "echo no meson; exit 127"
	stub bin/dpkg-query "exit 1"
	PATH=$PWD/bin:$PATH run make
	echo "$output"
	[ "$status" -ne 0 ]
	[[ $output == *"needs packages that are missing here: "*meson* ]]
	[[ $output == *"sudo make deps"* ]]
}

@test "make shows meson's own words when nothing is missing" {
	stub bin/meson "echo the compiler is broken; exit 1"
	stub make/deps ""
	PATH=$PWD/bin:$PATH run make
	echo "$output"
	[ "$status" -ne 0 ]
	[[ $output == *"the compiler is broken"* ]]
	[[ $output != *"make deps"* ]]
}

@test "make check goes on without what could not be installed" {
	stub make/deps "exit 1"
	stub tests/check "echo checked"
	run make check
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"going on without"*checked ]]
}

@test "what root builds in a user's tree is the user's" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	chown -R 1234:1234 .
	chmod 755 .
	# the folders above are root's own
	cd / && chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "${BATS_TEST_TMPDIR%/*}" && cd "$BATS_TEST_TMPDIR"
	run make/as-owner sh -c 'touch made; id -u; id -g; id -G'
	echo "$output"
	[ "$output" = $'1234\n1234\n1234' ]
	[ "$(stat -c %u made)" = 1234 ]
}

@test "a long run is a target as soon as its script is there" {
	stub_unfin 0
	run make bench
	[ "$status" -ne 0 ]
	stub tests/bench 'echo "bench $*"'
	mkdir tests/real
	stub tests/real/run 'echo "real $*"'
	run make bench A=--full
	echo "$output"
	[ "$output" = "bench --full" ]
	run make real
	[ "$output" = "real " ]
}

@test ".ci/run: the count is the last line, also when make has the last word" {
	stub_unfin 0
	stub tests/check 'echo "10 passed, 1 failed, 2 skipped"; exit 1'
	run .ci/run
	echo "$output"
	[ "$status" -ne 0 ]
	[ "${lines[-1]}" = "10 passed, 1 failed, 2 skipped" ]
	stub tests/check 'echo "10 passed, 0 failed, 0 skipped"'
	run .ci/run
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "10 passed, 0 failed, 0 skipped" ]
}

@test ".ci/run: a check that never came to count has failed" {
	stub_unfin 0
	stub tests/check "exit 1"
	run .ci/run
	echo "$output"
	[ "$status" -ne 0 ]
	[ "${lines[-1]}" = "0 passed, 1 failed" ]
}

@test "make/readme --table: the table of the last bench, in its place; no block is run" {
	local top=$BATS_TEST_DIRNAME/../.. copy=$BATS_TEST_TMPDIR/copy
	mkdir -p "$copy/build" "$copy/docs"
	cp -r "$top/make" "$copy/"
	printf '<!-- $ false -->\n```\nkept\n```\n' >"$copy/README.md"
	printf 'before\n<!-- make bench FULL=1 -->\nold\n<!-- end -->\nafter\n' >"$copy/docs/measured.md"
	echo new >"$copy/build/bench.md"
	"$copy/make/readme" --table
	[ "$(cat "$copy/docs/measured.md")" = $'before\n<!-- make bench FULL=1 -->\nnew\n<!-- end -->\nafter' ]
	grep -qx kept "$copy/README.md"
	grep -q 'make bench FULL=1 -->' "$top/docs/measured.md"
}
