#!/usr/bin/env bats
# The reference incident with programs that are not ours: Python's http.client leaks every port of a narrow range, and
# commons-httpclient 3.1, which binds before it connects, fails with "Address already in use" for it.
bats_require_minimum_version 1.5.0

setup_file() {
	export real=$BATS_TEST_DIRNAME
	export out=$BATS_FILE_TMPDIR/incident
	export artefacts=$BATS_FILE_TMPDIR/artefacts
	PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
	play_incident || why=$?
	[[ -z ${why-} ]] || echo "$reason" >"$BATS_FILE_TMPDIR/skip"
	((${why-77} == 77)) || { echo "# $reason" >&3 && tail "$out"/log/*; return 1; }
}

# 0: looked; 77: cannot be run here; anything else: it did not stand. `reason` says why.
play_incident() {
	reason="build/unfin is not built"
	[[ -x ${UNFIN:-$real/../../build/unfin} ]] || return 77
	reason="network namespaces need root"
	unshare -n true 2>/dev/null || return 77
	local status=0
	timeout -k 5 100 setpriv --pdeathsig TERM unshare -n "$real/stage" "$real/scenes/incident.bash" "$out" check \
		>"$BATS_FILE_TMPDIR/stage.out" 2>&1 || status=$?
	reason="$(tail -1 "$BATS_FILE_TMPDIR/stage.out") is not here (tests/real/packages)"
	return $status
}

setup() {
	[[ ! -e $BATS_FILE_TMPDIR/skip ]] || skip "$(<"$BATS_FILE_TMPDIR/skip")"
}

teardown() {
	[[ -n ${BATS_TEST_COMPLETED-} ]] || { cat "$out/check.err" && jq -c '.verdict, .findings[]?' "$out/check.json"; }
}

holds() { jq -e "$1" "$out/check.json" >/dev/null; }
leak='(.findings[] | select(.id == "never-closed"))'
ports='(.findings[] | select(.id == "ports-exhausted"))'

@test "exit status 1 and a critical verdict" {
	[[ $(jq .exit "$out/check.meta") == 1 ]]
	holds '.verdict == "critical"'
}

@test "never-closed names the Python process" {
	holds "[$leak] | length == 1"
	holds "$leak.subject | (.comm | test(\"python\")) and (.cmdline | tostring | test(\"leak.py\"))"
}

@test "never-closed counts exactly the leaked connections" {
	jq -e ".before == .after" "$out/check.meta" >/dev/null
	[[ $(jq "$leak.count" "$out/check.json") == $(jq '.before[0]' "$out/check.meta") ]]
}

@test "ports-exhausted is caused by the leak" {
	holds "$ports.caused_by == $leak.key"
	holds "$ports.subject == null"
}

@test "the victim is the Java process, its call bind, its errno EADDRINUSE" {
	holds "$ports.victims | any((.process.comm == \"java\") and (.process.cmdline | tostring | test(\"LoginClient\"))
		and .call == \"bind\" and .errno == \"EADDRINUSE\" and .count > 0)"
}

@test "the victim stands before the leaking process's own failures" {
	holds "$ports.victims[0].process.comm == \"java\""
}
