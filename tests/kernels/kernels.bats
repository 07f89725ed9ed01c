#!/usr/bin/env bats
# The quick part of `make kernels`: Debian's 6.1, with what doctor says, the port model, the incident and a leak.

@test "Linux 6.1: doctor, the port model, the incident, a leak" {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	make/deps --missing kernels >/dev/null || skip "no virtual machines here: make/deps kernels"
	tests/kernels/image bookworm || skip "the kernel cannot be fetched"
	tests/kernels/run --quick
}

@test "a table tells what is declared, and what is not" {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	# shellcheck source=tests/kernels/judge.bash
	source tests/kernels/judge.bash
	mkdir "$BATS_TEST_TMPDIR/results"
	jq -n '{features: [{id: "bpf", ok: true}, {id: "btf", ok: false, why: "no"}]}' >"$BATS_TEST_TMPDIR/results/doctor.json"
	[ "$(judge_doctor "$BATS_TEST_TMPDIR/results")" = $'doctor: bpf\tok\ndoctor: btf\tno' ]
	jq -n '{bind: [{address: "0.0.0.0", free: 3, probe: {granted: false, agrees: false}}], connect: []}' \
		>"$BATS_TEST_TMPDIR/results/ports-x.json"
	[[ $(judge_ports "$BATS_TEST_TMPDIR/results") == $'ports: x\t0.0.0.0: 3 free, probe '* ]]
	jq -n '{bind: [{probe: {agrees: true}}], connect: []}' >"$BATS_TEST_TMPDIR/results/ports-x.json"
	[ "$(judge_ports "$BATS_TEST_TMPDIR/results")" = $'ports: x\tok' ]
	mkdir "$BATS_TEST_TMPDIR/results/wires"
	: >"$BATS_TEST_TMPDIR/results/wires/silent.json"
	[[ $(judge_wire "$BATS_TEST_TMPDIR/results" silent '.verdict == "ok"') == $'wires: silent\tnot so: '* ]]
	jq -n '{verdict: "ok"}' >"$BATS_TEST_TMPDIR/results/wires/silent.json"
	[ "$(judge_wire "$BATS_TEST_TMPDIR/results" silent '.verdict == "ok"')" = $'wires: silent\tok' ]
	jq -n '{bind: [], connect: []}' >"$BATS_TEST_TMPDIR/results/ports-x.json"
	[ "$(judge_ports "$BATS_TEST_TMPDIR/results")" = $'ports: x\tnothing to probe' ]
	mkdir "$BATS_TEST_TMPDIR/results/toll"
	tee "$BATS_TEST_TMPDIR/results/toll"/{nothing,returns,exits} <<<"270000 340.0" >/dev/null
	[[ $(judge_toll "$BATS_TEST_TMPDIR/results") == $'toll: other calls\t340.0 ns with nothing, '* ]]
	echo "280000 430.5" >"$BATS_TEST_TMPDIR/results/toll/exits"
	[ "$(judge_toll "$BATS_TEST_TMPDIR/results")" = $'toll: other calls\tok' ]
}

@test "an account of failing calls is held against what was kept, each row of it" {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	# shellcheck source=tests/kernels/judge.bash
	source tests/kernels/judge.bash
	mkdir "$BATS_TEST_TMPDIR/calls"
	for way in returns exits; do
		jq -n '{features: [{id: ("hook-bind", "hook-calls"), ok: true}]}' | jq -s '{features: map(.features[])}' >"$BATS_TEST_TMPDIR/calls/$way.doctor"
		sqlite3 "$BATS_TEST_TMPDIR/calls/$way.kept" 'create table process (pid)' 'insert into process values (7)' \
			'create table failure (process, call, error, count, target, source, many)' \
			"insert into failure values (0, 0, 98, 2, '127.0.0.1:80', '', 0)" \
			'create table departure (count, unanswered)' 'create table traffic ("end", as_client, as_server, opened, first, after, reset,
				aborted, unaccepted, refused, timed_out, unreachable, no_port, given_up, failed, left)' \
			"insert into traffic values ('', 1, 0, 3, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)"
		echo "7 bind 98 2" >"$BATS_TEST_TMPDIR/calls/$way.account"
	done
	run judge_calls "$BATS_TEST_TMPDIR"
	[[ $(cut -f2 <<<"$output" | sort -u) == ok && ${#lines[@]} == 7 ]]
	echo "7 bind 98 3" >"$BATS_TEST_TMPDIR/calls/exits.account"
	sqlite3 "$BATS_TEST_TMPDIR/calls/returns.kept" 'update traffic set first = 1'
	run judge_calls "$BATS_TEST_TMPDIR"
	[[ $(grep -v 'ok$' <<<"$output" | cut -f1 | paste -sd,) == "calls: books by returns,calls: account by exits,calls: alike" ]]
}
