#!/usr/bin/env bats
# The rules, each alert in a case where it fires and one where it stays silent; and the board and the rules on a real Prometheus
# that scrapes a real leak, in a namespace of its own.
bats_require_minimum_version 1.5.0
load ../netns/web.bash

setup() {
	share=$BATS_TEST_DIRNAME/../../share
	command -v promtool >/dev/null || skip "promtool is not installed (package prometheus)"
}
teardown() { [ -z "${netns-}" ] || end_web; }

@test "the rules are valid, and their cases hold" {
	cd "$share/prometheus"
	promtool check rules unfin.rules.yml
	promtool test rules unfin.rules.test.yml
}

@test "every alert has a case in which it fires, and one in which it stays silent" {
	cd "$share/prometheus"
	mapfile -t alerts < <(sed -n 's/^  - alert: //p' unfin.rules.yml)
	[ "${#alerts[@]}" -ge 12 ]
	for alert in "${alerts[@]}"; do
		grep -qF "alertname: $alert, exp_alerts: []" unfin.rules.test.yml || { echo "$alert: never silent"; return 1; }
		grep -A1 "^    alertname: $alert$" unfin.rules.test.yml | grep -q 'exp_alerts:$' || { echo "$alert: never fires"; return 1; }
	done
}

@test "the board's panels fit, and every metric that rules and board name is one that is told" {
	cd "$share"
	jq -e '[.panels[].id] | length == (unique | length)' grafana/unfin.board.json
	jq -e '[.panels[] | .gridPos as $g | range($g.x; $g.x + $g.w) as $x | range($g.y; $g.y + $g.h) as $y | "\($x) \($y)"]
		| length == (unique | length)' grafana/unfin.board.json
	jq -e 'all(.panels[].gridPos; .x + .w <= 24)' grafana/unfin.board.json
	grep -ohE '\bunfin_[a-z_]+[a-z]' prometheus/unfin.rules.yml grafana/unfin.board.json | sort -u |
		grep -vE '^unfin_(grew|growing|budget|events_lost)$' >"$BATS_TEST_TMPDIR/named"
	grep -ohE '"unfin_[a-z_]+"' ../src/view/*.c ../src/hub/*.c | tr -d '"' | sort -u >"$BATS_TEST_TMPDIR/told"
	[ -s "$BATS_TEST_TMPDIR/named" ]
	run comm -23 "$BATS_TEST_TMPDIR/named" "$BATS_TEST_TMPDIR/told"
	[[ $output == "" ]]
}

# ask_prometheus QUERY: the result, as JSON
ask_prometheus() {
	ask -G --data-urlencode "query=$1" http://127.0.0.1:19590/api/v1/query
}

# The rules with minutes as seconds, so that a test lives to see them.
fast_rules() {
	sed -E '/expr|^ {6,}|for:/ s/\b([0-9]+)m\b/\1s/g' "$share/prometheus/unfin.rules.yml"
}

start_prometheus() {
	fast_rules >"$BATS_TEST_TMPDIR/rules.yml"
	cat >"$BATS_TEST_TMPDIR/prometheus.yml" <<-'END'
		global: {scrape_interval: 1s, evaluation_interval: 1s}
		rule_files: [rules.yml]
		scrape_configs:
		- job_name: unfin
		  sample_limit: 200
		  static_configs: [{targets: ['127.0.0.1:9779']}]
		- job_name: unfin-hub
		  sample_limit: 200
		  static_configs: [{targets: ['127.0.0.1:9780']}]
	END
	ip netns exec "$netns" prometheus --config.file="$BATS_TEST_TMPDIR/prometheus.yml" --storage.tsdb.path="$BATS_TEST_TMPDIR/tsdb" \
		--web.listen-address=127.0.0.1:19590 --log.level=error >"$BATS_TEST_TMPDIR/prometheus.log" 2>&1 3>&- &
	started+=($!)
	for _ in $(seq 200); do [ "$(status_of http://127.0.0.1:19590/-/ready 2>/dev/null)" != 200 ] || return 0; sleep 0.1; done
	cat "$BATS_TEST_TMPDIR/prometheus.log"
	return 1
}

# A hub that is told something, where there is one.
start_hub() {
	[ -x "$UNFIN-hub" ] || return 0
	ip netns exec "$netns" "$UNFIN" hub --state "$BATS_TEST_TMPDIR/hub" 2>"$BATS_TEST_TMPDIR/hub.log" 3>&- &
	started+=($!)
	for _ in $(seq 200); do ! grep -q 'taking batches' "$BATS_TEST_TMPDIR/hub.log" || break; sleep 0.1; done
	mkdir "$BATS_TEST_TMPDIR/load"
	inside "$UNFIN" hub-load --hub http://127.0.0.1:9780 --state "$BATS_TEST_TMPDIR/load" --count 4 --limit 2 >/dev/null
}

fires() { # ALERT: within 20 s
	for _ in $(seq 80); do
		ask_prometheus "ALERTS{alertname=\"$1\",alertstate=\"firing\"}" | jq -e '.data.result | length > 0' >/dev/null && return
		sleep 0.25
	done
	ask_prometheus ALERTS
	return 1
}

silent() { # ALERT: within 20 s
	for _ in $(seq 80); do
		ask_prometheus "ALERTS{alertname=\"$1\",alertstate=\"firing\"}" | jq -e '.data.result | length == 0' >/dev/null && return
		sleep 0.25
	done
	ask_prometheus ALERTS
	return 1
}

@test "a real Prometheus: a real incident fires, its end resolves, every expression of the board is answered" {
	command -v prometheus >/dev/null || skip "prometheus is not installed"
	need_web
	run=$(folder healthy-pool-window)
	serve --run "$run"
	start_hub
	start_prometheus
	silent UnfinFindingCritical
	folder incident-window >/dev/null
	fires UnfinFindingCritical
	fires UnfinBudgetNearlyGone
	while read -r expr; do
		ask_prometheus "$expr" >"$BATS_TEST_TMPDIR/answer"
		jq -e '.status == "success"' "$BATS_TEST_TMPDIR/answer" >/dev/null || { echo "$expr"; cat "$BATS_TEST_TMPDIR/answer"; return 1; }
		case $expr in *_failures_total* | *_connections_total* | *_look_cpu_* | *_end_timestamp*) continue ;; esac # of an agent
		[ -x "$UNFIN-hub" ] || case $expr in *unfin_hub_*) continue ;; esac
		jq -e '.data.result | length > 0' "$BATS_TEST_TMPDIR/answer" >/dev/null || { echo "no data: $expr"; return 1; }
	done < <(jq -r '.panels[].targets[].expr' "$share/grafana/unfin.board.json" | sed 's/\$instance/.*/g; s/\$cause/.*/g')
	[ ! -x "$UNFIN-hub" ] || [ "$(ask_prometheus 'unfin_hub_hosts{state="heard"}' | jq -r '.data.result[0].value[1]')" = 4 ]
	[ "$(ask http://127.0.0.1:19590/api/v1/rules | jq '[.data.groups[].rules[] | select(.health != "ok")] | length')" = 0 ]
	folder healthy-pool-window >/dev/null
	silent UnfinFindingCritical
	silent UnfinBudgetNearlyGone
}

@test "an incident that a release begins, under an agent and a real Prometheus: named, dated, judged again as it was, fired, resolved" {
	run "$BATS_TEST_DIRNAME/../incident/run" --fast
	[ "$status" != 77 ] || skip "$output"
	echo "$output"
	[ "$status" = 0 ]
}
