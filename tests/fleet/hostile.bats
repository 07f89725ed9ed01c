#!/usr/bin/env bats
# A host that is known, and hostile: thousands of changed batches against a hub, over real connections; under ASan where
# it was built (make asan), as make check does.
bats_require_minimum_version 1.5.0
load clickhouse.bash
# shellcheck disable=SC2154 # pids: of clickhouse.bash

setup_file() { # not in a test: what is built first takes longer than one may
	cd "$BATS_TEST_DIRNAME/../.." || return
	make/build build tests/fleet-hostile -- --buildtype=release >/dev/null
	[ ! -x build-asan/unfin ] || make/build build-asan unfin-hub >/dev/null || true
}

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}" "${UNFIN_ASAN:=$BATS_TEST_DIRNAME/../../build-asan/unfin}"
	export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
	[ ! -x "$UNFIN_ASAN-hub" ] || UNFIN=$UNFIN_ASAN
	[ -x "$UNFIN-hub" ] || skip "unfin-hub is not built (libcurl4-gnutls-dev or libzstd-dev is missing)"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	work=$BATS_TEST_TMPDIR
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$work"
	netns=unfin-hostile-$$
	ip netns add "$netns"
	inside ip link set lo up
}
teardown() { end_all; }

stored() { sqlite3 -readonly "$work/hub/hub.db" "$1"; }
stored_is() { [ "$(stored "$1")" = "$2" ]; }
told() { jq "$@" "$work/told"; }
counted() { inside curl -sS "http://127.0.0.1:9780/metrics" | awk -v of="unfin_hub_batches_total{result=\"$1\"}" '$1 == of { print $2 }'; }

@test "thousands of changed batches: refused and counted, nobody else's row touched, and an honest host goes on" {
	local count=${HOSTILE_BATCHES:-3000} host honest
	install -d -o nobody -m 700 "$work/tokens"
	for n in $(seq 60); do
		host=$(printf '%016x' $((n * 7919)))
		printf '%064d' "$n" | install -o nobody -m 600 /dev/stdin "$work/tokens/$host"
	done
	honest=$((60 * 7919))
	hub_start hub 9780 --tokens "$work/tokens"
	inside "$BATS_TEST_DIRNAME/../../build/tests/fleet-hostile" 9780 "$work/tokens" "$count" "${HOSTILE_SEED:-1}" >"$work/told"
	cat "$work/told"
	# Each changed batch got an answer, but for those whose HTTP was none; and there are all sorts of answers.
	told -e --argjson count "$count" '([.answered[], .around[]] | add) + .broken == $count and .broken < $count / 20'
	told -e '[.answered | keys[]] - ["200", "400", "401", "403", "409", "413", "426"] == []'
	told -e '.answered["400"] > 100 and .answered["401"] > 10 and .answered["403"] > 10 and .answered["200"] > 100'
	# What was refused is counted, and what was kept.
	[ "$(counted unknown)" -ge "$(told '.answered["401"]')" ]
	[ "$(counted refused)" -ge "$(told '[.answered | to_entries[] | select(.key | IN("400", "403", "409", "413", "426")) | .value] | add')" ]
	[ "$(counted kept)" -ge "$(told '.answered["200"] + .honest')" ]
	# The honest one was never kept waiting, and its rows are what it sent.
	told -e --argjson n $(((count + 99) / 100)) '.honest == $n and .honest_waited_ms < 3000'
	until_so stored_is "SELECT count(*) FROM looks WHERE host_id = $honest" "$(told .honest)"
	stored_is "SELECT count(*), sum(sockets = 3 AND complete = 1 AND lost = 0) FROM looks WHERE host_id = $honest" "$(told .honest)|$(told .honest)"
	stored_is "SELECT count(*), sum(comm = 'nginx' AND state = 8) FROM suspects WHERE host_id = $honest" "$((3 * $(told .honest)))|$((3 * $(told .honest)))"
	stored_is "SELECT name FROM hosts WHERE host_id = $honest" web-1
	# No row is of a host that does not exist.
	for table in hosts endpoints rollups events findings suspects looks; do
		stored_is "SELECT count(*) FROM $table WHERE host_id % 7919 OR host_id > $honest OR host_id <= 0" 0
	done
	kill -0 "${pids[hub]}"
	end_one hub TERM
	! grep -E 'Sanitizer|runtime error' "$work/hub.log"
}
