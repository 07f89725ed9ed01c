#!/usr/bin/env bats
# The shipped units of what serves or sends: how much of the system each leaves open, by systemd's own reckoning.
bats_require_minimum_version 1.5.0

expose() { # UNIT
	command -v systemd-analyze >/dev/null || skip "systemd-analyze is not installed"
	sed 's,@BINDIR@,/usr/bin,' "$BATS_TEST_DIRNAME/../../dist/systemd/$1.in" >"$BATS_TEST_TMPDIR/$1"
	run -0 systemd-analyze security --offline=true "$BATS_TEST_TMPDIR/$1"
	[[ $output =~ "Overall exposure level for $1: "([0-9]+)\.([0-9]+) ]]
	((BASH_REMATCH[1] * 10 + BASH_REMATCH[2] <= 12))
}

@test "the exposure of unfin-web.service is 1.2 at the most" { expose unfin-web.service; }

@test "the exposure of unfin-hub.service is 1.2 at the most" { expose unfin-hub.service; }

@test "the exposure of unfin-uplink.service is 1.2 at the most" { expose unfin-uplink.service; }
