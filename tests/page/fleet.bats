#!/usr/bin/env bats
# The page of a fleet in a real browser: eight hosts of the lab, through NAT, held against `unfin fleet`; and a fleet of
# which not all can be seen, with names that are markup.
bats_require_minimum_version 1.5.0
load browser.bash

setup_file() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN
	why=$(missing)
	[ -z "$why" ] || return 0
	timeout 300 "$BATS_TEST_DIRNAME/fleet-stage" node "$BATS_TEST_DIRNAME/fleet.mjs" >"$BATS_FILE_TMPDIR/results" 2>&1 || true
}

@test "how far the fleet was seen comes first, and nothing is well that was not" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "the map has an edge for each pair, as wide as it has connections" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "the list says what unfin fleet pairs says" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "a pair's ladder says what unfin fleet peer says" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "each part has its command" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "leaks, ports and pools are tables of the command line" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "names are text, whoever chose them" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "an end that is not known says why" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "the keyboard alone reaches everything" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "axe finds nothing: light, dark, narrow, partly seen" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "a desk's and a phone's width are enough, and nothing is asked elsewhere" { came_true "$BATS_TEST_DESCRIPTION"; }
