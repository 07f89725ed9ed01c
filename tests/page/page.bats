#!/usr/bin/env bats
# The page and the report in a real browser: the incident as an agent has lived through it, and a crowd. Figures are
# comments; a time on a busy machine proves nothing.
bats_require_minimum_version 1.5.0
load browser.bash

setup_file() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN
	why=$(missing)
	[ -z "$why" ] || return 0
	timeout 300 "$BATS_TEST_DIRNAME/stage" "${SOCKETS:-100000}" node "$BATS_TEST_DIRNAME/browser.mjs" \
		>"$BATS_FILE_TMPDIR/results" 2>&1 || true
	sed -n 's/^# /# figure: /p' "$BATS_FILE_TMPDIR/results" >&3
}

@test "the first screen: who, since when and after what, until when, who suffers, what to type" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "page and check say the same" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "report and check say the same, without a network" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "a click on CLOSE-WAIT filters what is below" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "a choice of who talks to whom comes to what was asked for" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "the slider goes back to before the fault" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "a recording says how old it is, and what to check first" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "the header links to the parts that are there" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "a history that cannot be read is said" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "a command is copied" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "a wrong expression is told in the words of unfin list" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "100,000 rows are sorted, filtered, scrolled to their end" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "the keyboard alone reaches everything" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "axe finds nothing: light, dark, narrow, the report" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "a phone's width is enough" { came_true "$BATS_TEST_DESCRIPTION"; }
@test "no foreign request, no refused one" { came_true "$BATS_TEST_DESCRIPTION"; }
