#!/usr/bin/env bats
# The shipped unit of unfin web: how much of the system it leaves open, by systemd's own reckoning.
bats_require_minimum_version 1.5.0

@test "the exposure of unfin-web.service is 1.2 at the most" {
	command -v systemd-analyze >/dev/null || skip "systemd-analyze is not installed"
	sed 's,@BINDIR@,/usr/bin,' "$BATS_TEST_DIRNAME/../../dist/systemd/unfin-web.service.in" >"$BATS_TEST_TMPDIR/unfin-web.service"
	run -0 systemd-analyze security --offline=true "$BATS_TEST_TMPDIR/unfin-web.service"
	[[ $output =~ 'Overall exposure level for unfin-web.service: '([0-9]+)\.([0-9]+) ]]
	((BASH_REMATCH[1] * 10 + BASH_REMATCH[2] <= 12))
}
