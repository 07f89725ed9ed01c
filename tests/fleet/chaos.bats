#!/usr/bin/env bats
# A short one of what tests/fleet/chaos has: hubs, servers and disks fail under agents, and nothing acknowledged is lost.
bats_require_minimum_version 1.5.0

chaos() { # KIND
	run "$BATS_TEST_DIRNAME/chaos" --short "$1"
	[ "$status" != 77 ] || skip "${lines[-1]}"
	echo "$output"
	[ "$status" = 0 ]
}

@test "answers lost, hubs and servers killed and hung, disks full: nothing acknowledged is lost, with ClickHouse" {
	chaos clickhouse
}
