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
}
