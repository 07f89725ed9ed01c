#!/usr/bin/env bats
# Kept moments, judged again: the same facts give the same findings. No kernel, no root. See keep.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN
	cd "$BATS_TEST_DIRNAME" || return
}

@test "every kept moment gives the findings that are written beside it" {
	wrong=0
	for sql in *.sql; do
		moment=$BATS_TEST_TMPDIR/${sql%.sql}
		sqlite3 "$moment" <"$sql"
		./findings "$moment" >"$moment.found"
		diff -u "${sql%.sql}.expected" "$moment.found" || ((wrong += 1))
	done
	((wrong == 0))
}

@test "a finding that names nobody says why; what stands after a name says what that does" {
	for sql in *.sql; do
		moment=$BATS_TEST_TMPDIR/${sql%.sql}
		sqlite3 "$moment" <"$sql"
		run --separate-stderr "$UNFIN" check --json --from "$moment"
		jq -e 'all(.findings[]; (.subject == null) == (.subject_why != null) and
			(.subject == null or (.title | test("^(connections|sockets|ports) ") | not)))' <<<"$output" >/dev/null ||
			{ echo "$sql"; return 1; }
	done
}

@test "a finding says what to do now or for good, in this order, then where to look" {
	for sql in *.sql; do
		moment=$BATS_TEST_TMPDIR/${sql%.sql}
		sqlite3 "$moment" <"$sql"
		run --separate-stderr "$UNFIN" check --json --from "$moment"
		jq -e 'all(.findings[]; ([.advice[].when | {now: 0, for_good: 1, more: 2}[.]] | . == sort) and
			(.severity == "info" or .caused_by != null or any(.advice[]; .when != "more")))' <<<"$output" >/dev/null ||
			{ echo "$sql"; return 1; }
	done
}

@test "there are at least 60, and none tells of the host that it was taken on" {
	(($(find . -name '*.sql' | wc -l) >= 60))
	! grep -nE "$(uname -n)'|'/(home|root|work|usr|tmp)/" ./*.sql
}
