#!/usr/bin/env bats
# make dist: one file that needs nothing of the host it is brought to.
bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	make/dist >"$BATS_FILE_TMPDIR/made" 2>&1 || touch "$BATS_FILE_TMPDIR/failed"
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	if [ -e "$BATS_FILE_TMPDIR/failed" ]; then cat "$BATS_FILE_TMPDIR/made"; return 1; fi
	unshare -mpf true 2>/dev/null || skip "namespaces need root"
	binary=$(sed -n 's/: [0-9]* KiB$//p' "$BATS_FILE_TMPDIR/made")
	root=$BATS_TEST_TMPDIR
}

@test "it is one static file of a few MB, and its checksum fits" {
	echo "$binary"
	run ldd "$binary"
	[[ $output == *"statically linked"* ]]
	[ "$(stat -c %s "$binary")" -lt $((8 * 1024 * 1024)) ]
	(cd "${binary%/*}" && sha256sum -c --quiet "${binary##*/}.sha256")
}

@test "it runs in a root that holds nothing else" {
	run -0 tests/dist/inside "$root" "$binary" --version
	[[ $output == "unfin "* ]]
	run tests/dist/inside "$root" "$binary" check --netns self --window 0 --json
	jq -es '.[0].schema == "unfin.check/1"' <<<"$(sed -n '/^{/,/^}/p' <<<"$output")"
	run -0 tests/dist/inside "$root" "$binary" list -r -q --source sock_diag
	run -0 tests/dist/inside "$root" "$binary" explain close-wait
	[[ $output == *"you are here"* ]]
}

@test "it finds the incident there" {
	run -1 tests/dist/inside "$root" "$binary" lab incident -q -- /usr/local/bin/unfin check --json
	jq -e '.findings[0].id == "never-closed" and .findings[0].subject.comm == "fetch-profiles"' <<<"$output"
}
