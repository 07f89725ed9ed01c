#!/usr/bin/env bats
# unfin web: the documents of the command line over HTTP, for whom they are meant, by a process that owns nothing.
bats_require_minimum_version 1.5.0
load web.bash

setup() { need_web; }
teardown() { end_web; }

@test "the documents are those of the command line, byte for byte" {
	run=$(folder incident-window)
	serve --run "$run"
	"$UNFIN" check --from "$run/moment" --json >"$BATS_TEST_TMPDIR/check" || [ $? = 1 ]
	diff "$BATS_TEST_TMPDIR/check" <(ask "$site/api/v1/check")
	diff <("$UNFIN" list --from "$run/moment" --json) <(ask "$site/api/v1/list")
	diff <("$UNFIN" list --from "$run/moment" --group-by comm,state --json) <(ask "$site/api/v1/list?group_by=comm,state")
	diff <("$UNFIN" list --from "$run/moment" 'state == close-wait and age > 1s' --json) \
		<(ask -G --data-urlencode 'expr=state == close-wait and age > 1s' "$site/api/v1/list")
	"$UNFIN" check --from "$run/moment" 'peer_port == 8080' --json >"$BATS_TEST_TMPDIR/check" || [ $? = 1 ]
	diff "$BATS_TEST_TMPDIR/check" <(ask -G --data-urlencode 'expr=peer_port == 8080' "$site/api/v1/check")
	diff <("$UNFIN" limits --from "$run/moment" --json) <(ask "$site/api/v1/limits")
	diff <("$UNFIN" ports --from "$run/moment" --json) <(ask "$site/api/v1/ports")
	diff "$run/moment" <(ask "$site/api/v1/moment")
}

@test "a file of settings holds for all that shows what is wrong: page, report, comparison, fleet" {
	run=$(folder incident-window)
	cd "$BATS_TEST_TMPDIR" || return
	printf 'ignore = never-closed\nhub = https://hub.example:9780\n' >unfin.conf
	export UNFIN_CONFIG=$PWD/unfin.conf
	serve --run "$run"
	"$UNFIN" check --from "$run/moment" --json >check || [ $? = 1 ]
	jq -e 'all(.findings[]; .id != "never-closed") and any(.narrowed[]; contains("ignore never-closed"))' check
	diff check <(ask "$site/api/v1/check")
	"$UNFIN" check --from "$run/moment" 'peer_port == 8080' --json >check || [ $? = 1 ]
	diff check <(ask -G --data-urlencode 'expr=peer_port == 8080' "$site/api/v1/check")
	[[ $(ask "$site/") != *"never-closed (likely)"* ]]
	run "$UNFIN" report -o report.html --from "$run/moment" -q
	[[ $output == *"built without its page"* ]] || { [ "$status" = 0 ] && ! grep -q 'never-closed (likely)' report.html; }
	run -1 "$UNFIN" diff "$(golden healthy-pool-window)" "$run/moment" --json
	jq -e 'all(.findings[]; .id != "never-closed")' <<<"$output"
	run -0 "$UNFIN" fleet leaks "$run/moment" --json -q
	run -1 "$UNFIN" fleet leaks "$run/moment" --json -q --config /dev/null
}

@test "metrics: the collector's bytes, OpenMetrics for who asks, and the new ones with the next cycle" {
	run=$(folder incident-window)
	serve --run "$run"
	diff "$run/metrics" <(ask "$site/metrics")
	ask -D - -o "$BATS_TEST_TMPDIR/om" -H 'Accept: application/openmetrics-text;version=1.0.0' "$site/metrics" |
		grep -qi '^content-type: application/openmetrics-text; version=1.0.0'
	[ "$(tail -n 1 "$BATS_TEST_TMPDIR/om")" = '# EOF' ]
	grep -q '^# TYPE unfin_series_dropped counter$' "$BATS_TEST_TMPDIR/om"
	folder healthy-pool-window >/dev/null
	ask "$site/metrics" | grep -qx 'unfin_verdict{verdict="ok"} 1'
	ask "$site/api/v1/check" | jq -e '.verdict == "ok"'
}

@test "ready while cycles come, and what is missing is told with what to do" {
	run=$(folder incident-window)
	serve --run "$run"
	[ "$(status_of "$site/-/healthy")" = 200 ]
	[ "$(status_of "$site/-/ready")" = 200 ]
	touch -d '-1 hour' "$run/moment" # which is not written with each cycle
	[ "$(status_of "$site/-/ready")" = 200 ]
	touch -d '-1 hour' "$run/agent.json"
	ask "$site/-/ready" | jq -e '.what | test("^the last cycle ended 3[0-9]{3} s ago$")'
	rm "$run/moment" "$run/metrics"
	for path in /-/ready /metrics /api/v1/check /; do
		[ "$(status_of "$site$path")" = 503 ]
		ask "$site$path" | jq -e '(.what | startswith("there ")) and (.mend | contains("agent"))'
	done
	[ "$(status_of "$site/-/healthy")" = 200 ]
}

@test "who asks wrongly is told what, why and what to do" {
	serve --from "$(golden incident-window)"
	refuses <<-'E'
		/api/v1/chek|404|did you mean /api/v1/check?
		/nothing|404|/api/v1/ lists
		/api/v1/list?expr=stat==1|400|did you mean state?
		/api/v1/list?exp=1|400|it takes expr
		/api/v1/list?limit=-1|400|number of rows
		/api/v1/list?sort=nothing|400|no field is called
		/api/v1/list?expr=pid==1&expr=pid==2|400|twice
		/api/v1/ports?expr=1|400|ports does not take
	E
}

@test "GET and HEAD alone, by a name that is ours, and no page of another site reads it" {
	serve --from "$(golden incident-window)" --web.allow-host node1.example
	for method in POST PUT DELETE OPTIONS PATCH; do [ "$(status_of -X $method "$site/api/v1/check")" = 405 ]; done
	[ "$(status_of -X GET -d x=1 "$site/api/v1/check")" = 413 ]
	ask -I "$site/metrics" | grep -q '^HTTP/1.1 200'
	[ "$(status_of -H 'Host: evil.example' "$site/metrics")" = 403 ]
	ask -H 'Host: evil.example' "$site/" | jq -e '.why | contains("DNS rebinding")'
	[ "$(status_of -H 'Host: node1.example:9779' "$site/metrics")" = 200 ]
	ask -D "$BATS_TEST_TMPDIR/head" -o /dev/null "$site/"
	grep -qi "^content-security-policy: default-src 'none'" "$BATS_TEST_TMPDIR/head"
	! grep -qiE '^(set-cookie|access-control)' "$BATS_TEST_TMPDIR/head"
}

@test "the page has the verdict, and a name with markup in it is text" {
	sqlite3 "$BATS_TEST_TMPDIR/kept" <"$BATS_TEST_DIRNAME/../golden/incident-window.sql"
	serve --from "$BATS_TEST_TMPDIR/kept"
	ask "$site/" >"$BATS_TEST_TMPDIR/page"
	grep -q '<h1>host1: critical</h1>' "$BATS_TEST_TMPDIR/page"
	grep -q 'fetch-profiles' "$BATS_TEST_TMPDIR/page"
	[ "$(grep -oi "<script[^>]*>" "$BATS_TEST_TMPDIR/page" | grep -cvxF "<script src=\"/unfin.js\" defer>")" = 0 ]
}

@test "a stream tells of each cycle, and its end is the server's" {
	run=$(folder incident-window)
	serve --run "$run"
	ip netns exec "$netns" curl -sSN "$site/api/v1/stream" >"$BATS_TEST_TMPDIR/events" &
	started+=($!)
	for n in 1 2; do
		for _ in $(seq 100); do [ -s "$BATS_TEST_TMPDIR/events" ] && break; sleep 0.05; done
		folder incident-window >/dev/null
		for _ in $(seq 100); do [ "$(grep -c '^event: cycle' "$BATS_TEST_TMPDIR/events")" -ge $n ] && break; sleep 0.05; done
		[ "$(grep -c '^event: cycle' "$BATS_TEST_TMPDIR/events")" = $n ]
	done
	grep -q '^data: {"at":"2' "$BATS_TEST_TMPDIR/events"
	kill "${started[0]}"
	wait "${started[0]}"
}

@test "a port in use: who has it" {
	serve --from "$(golden incident-window)"
	run -4 --separate-stderr inside "$UNFIN" web --from "$(golden incident-window)"
	[[ $stderr == *"127.0.0.1:9779 is taken: unfin-web["*"] listens there"*"unfin ports 9779"* ]]
}

@test "other hosts need TLS and a user" {
	from=$(golden incident-window)
	printf 'basic_auth_users:\n  a: $2y$10$%s\n' "$(printf 'a%.0s' {1..53})" >"$BATS_TEST_TMPDIR/web.yml"
	for address in :9779 0.0.0.0:9779 10.0.0.1:9779 '[::]:9779'; do
		run -2 --separate-stderr inside "$UNFIN" web --from "$from" --web.listen-address "$address"
		[[ $stderr == *"$address can be reached by other hosts, and neither TLS nor a user is set"* ]]
	done
	run -2 --separate-stderr inside "$UNFIN" web --from "$from" --web.listen-address :9779 --web.config.file "$BATS_TEST_TMPDIR/web.yml"
	[[ $stderr == *"TLS is not set: passwords could be read on the way"* ]]
	run -2 --separate-stderr inside "$UNFIN" web --from "$from" --web.listen-address nonsense
	[[ $stderr == *'"nonsense" is no address to listen on'* ]]
}

@test "it is another user without a capability, and cannot get out" {
	run=$(folder incident-window)
	serve --run "$run"
	pid=${started[0]}
	for want in 'Uid:.65534.65534.65534.65534' 'CapEff:.0000000000000000' 'CapPrm:.0000000000000000' 'NoNewPrivs:.1' 'Seccomp:.2'; do
		grep -qE "^$want" "/proc/$pid/status" || { cat "/proc/$pid/status"; return 1; }
	done
	# No socket but those of clients and the two that listen: nothing is connected to anywhere.
	! inside ss -tanpH state connected | grep unfin-web
}

@test "a thousand ill-behaved clients: scrapes are answered, memory stays" {
	serve --from "$(golden incident-window)"
	pid=${started[0]}
	run -0 --separate-stderr inside python3 "$BATS_TEST_DIRNAME/crowd.py" 127.0.0.1:9779 "$pid" 1000 4
	echo "$output"
	# Of a machine that has other things to do, too; `make soak` has ten thousand of them, and the figure that is promised.
	jq -e '.scrapes > 10 and .failed <= .scrapes / 20 and .p50_ms < 100 and .memory_most_kb < .memory_before_kb + 16384' <<<"$output"
	[ "$(status_of "$site/-/healthy")" = 200 ]
}
