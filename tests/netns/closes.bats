#!/usr/bin/env bats
# A close is a close in whatever way it comes, and nothing else is one: see closes.py.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[[ -z ${clients-} ]] || kill "$clients" 2>/dev/null || true
}

# sleeps PID: it has attached what it watches with, and waits for the window's end
sleeps() {
	local end=$((SECONDS + 20))
	until grep -q nanosleep "/proc/$1/wchan"; do
		((SECONDS < end)) && [[ -e /proc/$1 ]] || return 1
		sleep 0.05
	done
}

@test "closes after shutdown(), a reset, a lost answer: each is counted once, for who did it and on its side" {
	local netns word
	mkfifo in out
	unshare -n sh -c 'ip link set lo up; exec python3 "$1"' sh "$BATS_TEST_DIRNAME/closes.py" <in >out &
	clients=$!
	exec 8>in 9<out
	read -r -t 20 word <&9 && [[ $word == ready ]]
	netns=$(stat -Lc %i "/proc/$clients/ns/net")
	"$UNFIN" record kept --netns "$netns" --window 60s &
	record=$!
	sleeps "$record"
	echo go >&8
	read -r -t 20 word <&9 && [[ $word == "done" ]]
	kill -INT "$record" && wait "$record"
	exec 8>&-

	run sqlite3 kept "select comm, sum(count), as_client, as_server from departure d
		join process p on p.rowid = d.process + 1 where not unanswered and not ended group by comm order by comm"
	diff <(printf '%s\n' accepted\|3\|0\|1 bound\|3\|1\|1 idle\|3\|1\|0 linger\|3\|1\|0 plain\|3\|1\|0 reset\|3\|1\|1 \
		shut\|3\|1\|0 shut_late\|3\|1\|0 shut_unread\|3\|1\|0) - <<<"$output"
	# Three children of one name, which is their parent's: its row, and nobody else's end counts.
	run sqlite3 kept "select comm, count, processes, unanswered, as_client from departure d
		join process p on p.rowid = d.process + 1 where ended or unanswered order by comm"
	diff <(printf '%s\n' ended\|3\|3\|0\|1 unanswered\|3\|0\|1\|1) - <<<"$output"
	# Nobody is named whose own descriptor it was not.
	run sqlite3 kept "select after, as_client, (select why like '%in a message%' from gap where what like 'who has closed 3 %')
		from traffic where after > 0"
	[[ $output == "3|1|1" ]]
	run sqlite3 kept "select comm from departure d join process p on p.rowid = d.process + 1
		where idle_known = 3 and idle_low_ms between 1100 and idle_high_ms"
	[[ $output == idle ]]
}
