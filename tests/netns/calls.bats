#!/usr/bin/env bats
# Calls that fail, and what became of them: each is counted, for who did it and what it wanted. See calls.py.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	command -v sqlite3 >/dev/null || skip "sqlite3 is not here"
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[[ -z ${callers-} ]] || kill "$callers" 2>/dev/null || true
}

# sleeps PID: it has attached what it watches with, and waits for the window's end
sleeps() {
	local end=$((SECONDS + 20))
	until grep -q nanosleep "/proc/$1/wchan"; do
		((SECONDS < end)) && [[ -e /proc/$1 ]] || return 1
		sleep 0.05
	done
}

# keep ROLE...: they do what they do, one after the other, while unfin watches; what it saw is in `kept`.
keep() {
	local netns word record
	mkfifo in out
	# shellcheck disable=SC2016
	unshare -n sh -c 'ip link set lo up; echo 1 >/proc/sys/net/ipv6/conf/lo/disable_ipv6; exec python3 "$@"' sh \
		"$BATS_TEST_DIRNAME/calls.py" "$@" <in >out &
	callers=$!
	exec 8>in 9<out
	read -r -t 20 word <&9 && [[ $word == ready ]]
	netns=$(stat -Lc %i "/proc/$callers/ns/net")
	"$UNFIN" record kept --netns "$netns" --window 90s &
	record=$!
	sleeps "$record"
	echo go >&8
	read -r -t 60 word <&9 && [[ $word == "done" ]]
	kill -INT "$record" && wait "$record"
	exec 8>&-
}

failures="from failure f join process p on p.rowid = f.process + 1"

@test "the tool's own calls fail nobody, and its name hides none" {
	export UNFIN
	keep prober unfin
	run sqlite3 kept "select comm, call, error, target, f.count $failures"
	[ "$output" = "unfin|0|98|127.0.0.1:8000|1" ]
}

@test "a failing call has its target, its source, and what the process came to" {
	keep finder stubborn patient same_source second_listen absent
	run sqlite3 kept "select comm, call, error, target, f.count, source, passed > 0, elsewhere $failures order by comm, target"
	diff - <(echo "$output") <<-END
		absent|0|99|10.9.9.9:80|1|0.0.0.0:0|0|0.0.0.0:0
		absent|1|99|[::1]:9100|1|[::]:0|0|0.0.0.0:0
		finder|0|98|127.0.0.1:8000|1|0.0.0.0:0|0|127.0.0.1:8003
		finder|0|98|127.0.0.1:8001|1|0.0.0.0:0|0|127.0.0.1:8003
		finder|0|98|127.0.0.1:8002|1|0.0.0.0:0|0|127.0.0.1:8003
		patient|0|98|127.0.0.1:8100|1|0.0.0.0:0|1|0.0.0.0:0
		same_source|1|99|127.0.0.1:8000|1|127.0.0.1:15060|0|0.0.0.0:0
		second_listen|2|98|127.0.0.1:8200|1|0.0.0.0:0|0|0.0.0.0:0
		stubborn|0|98|127.0.0.1:8000|5|0.0.0.0:0|0|0.0.0.0:0
	END
}

@test "who failed and has ended is told all the same" {
	keep finder
	run sqlite3 kept "select distinct comm, user, cmdline like '%/calls.py finder' $failures"
	[ "$output" = "finder|$(id -un)|1" ]
}

@test "a storm of one kind is one row; of many kinds, a bounded number, and a row for the others" {
	keep scan storm
	run sqlite3 kept "select comm, count(*), sum(f.count), sum(many) $failures group by comm"
	[ "$output" = $'scan|65|70|1\nstorm|1|20000|0' ]
	run sqlite3 kept 'select "window.calls_lost", (select count(*) from gap) from moment'
	[ "$output" = "0|0" ]
}

@test "what finds no room is a gap, and nothing is called right" {
	keep crowd
	lost=$(sqlite3 kept 'select "window.calls_lost" from moment')
	((lost > 0 && lost + $(sqlite3 kept 'select sum(count) from failure') == 140 * 70))
	run --separate-stderr "$UNFIN" check --from kept --json
	jq -e --arg lost "$lost failing calls" '(.coverage.complete | not) and .coverage.gaps[0].what == $lost and
		.verdict != "ok"' <<<"$output"
	run "$UNFIN" check --from kept
	[[ $output == *"not seen"*"$lost failing calls"* && $output != "nothing wrong"* ]]
}
