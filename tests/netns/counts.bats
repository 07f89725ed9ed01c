#!/usr/bin/env bats
# Level 0 keeps books: what was opened has ended somewhere, also where its tables have no room.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	: "${FLOOD_SECONDS:=1}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[[ -z ${flood-} ]] || kill "$flood" 2>/dev/null || true
}

# sleeps PID: it has attached what it counts with, and waits for the window's end
sleeps() {
	local end=$((SECONDS + 20))
	until grep -q nanosleep "/proc/$1/wchan"; do
		((SECONDS < end)) && [[ -e /proc/$1 ]] || return 1
		sleep 0.05
	done
}

# Its pid is in `flood`; a line into descriptor 8 lets it go, and then its books come out of 9.
flood_ready() {
	local word
	mkfifo in out
	unshare -n sh -c 'ip link set lo up; exec python3 "$@"' sh "$BATS_TEST_DIRNAME/flood.py" "$FLOOD_SECONDS" <in >out &
	flood=$!
	exec 8>in 9<out
	read -r -t 20 word <&9 && [[ $word == ready ]]
}

# The books of the flood are in `books`.
flood_runs() {
	local word
	echo go >&8
	read -r -t $((FLOOD_SECONDS + 60)) word <&9
	echo "$word" >books
}

# count_flood OPTION...: with its books a kept moment in `kept`; `within` is what it runs in
count_flood() {
	flood_ready
	"${within[@]}" "$UNFIN" record kept --netns "$(stat -Lc %i "/proc/$flood/ns/net")" --window 300s "$@" &
	local record=$!
	sleeps "$record"
	flood_runs
	kill -INT "$record" && wait "$record"
	exec 8>&-
}

counted() {
	sqlite3 kept "select json_object('opened', sum(opened), 'first', sum(first), 'aborted', sum(aborted), 'reset', sum(reset),
		'refused', sum(refused), 'unaccepted', sum(unaccepted),
		'after', sum(after) + (select ifnull(sum(count), 0) from departure where not unanswered)) from traffic"
}

@test "the books balance, and each row has its end" {
	count_flood
	diff <(jq -S . books) <(counted | jq -S .)
	run sqlite3 kept "select count(*) from traffic where (others or \"end\" = '0.0.0.0:0')"
	[[ $output == 0 ]]
	# every row of a client is balanced by itself
	run sqlite3 kept "select t.*, d.* from traffic t left join departure d on d.process = t.process and d.\"end\" = t.\"end\"
		where t.as_client and not t.as_server and opened != first + reset + aborted + refused + ifnull(d.count, 0)"
	[[ -z $output ]]
	# of each close its time is counted
	jq -e 'map(select((.delays // "" | [split(" ")[] | tonumber] | add) != .count)) == []' \
		<(sqlite3 -json kept 'select count, delays from departure')
}

@test "the books balance with no room for most, and that is told" {
	count_flood --table-rows 64
	diff <(jq -S . books) <(counted | jq -S .)
	run sqlite3 kept 'select count(*) from traffic where others'
	((output > 0))
	run sqlite3 kept "select count(*) from first_close where peer = '0.0.0.0:0'"
	((output > 0))
	"$UNFIN" check --from kept --json >/dev/null || (($? < 4))
	run sqlite3 kept "select count(*) from gap where what like '%closes'"
	[[ $output == 1 ]]
}

@test "a hook that is off: the books balance without destroyed, and nothing is called right without state or calls" {
	count_flood --without-hook destroyed
	diff <(jq -S . books) <(counted | jq -S .)
	for hook in state calls; do
		rm kept in out
		count_flood --without-hook "$hook"
		run sqlite3 kept "select what from gap where why like '%turned off on request'"
		[[ $output == closes && $hook == state || $output == "failing calls" && $hook == calls ]]
	done
	run "$UNFIN" doctor --without-hook state --without-hook destroyed --json
	jq -e '[.features[] | select(.id | startswith("hook-")) | select(.ok | not) | .id] == ["hook-state", "hook-destroyed"]' <<<"$output"
}

@test "where failing calls cannot be followed, closes are, and the books balance" {
	within=(python3 "$BATS_TEST_DIRNAME/without.py" fsopen --)
	count_flood --without-hook bind
	diff <(jq -S . books) <(counted | jq -S .)
	run sqlite3 kept 'select what, mend is not null from gap'
	[[ $output == 'failing calls|1' ]]
}

@test "failing calls are seen where functions return, or else at exits: doctor says which, and why" {
	for off in "" --without-hook=bind; do
		# shellcheck disable=SC2086 # no word, or one
		run "$UNFIN" doctor $off --json
		jq -e --arg off "$off" '[.features[] | select(.id == ("hook-bind", "hook-connect", "hook-listen", "hook-accept", "hook-socket"))] as $returns |
			[.features[] | select(.id == "hook-calls")] as $exits |
			if $exits == [] then $off == "" and ($returns | length) == 5 and all($returns[]; .ok and (.why | startswith("return of __sys_")))
			else $returns == [] and ($exits[0] | .ok and (.why | test("return of __sys_.*, which would spare the others: "))) and
				($off == "" or ($exits[0].why | contains("turned off on request"))) end' <<<"$output"
	done
}

# rows_of PID TABLE: how many rows a process's table in the kernel has
rows_of() {
	local id

	for id in $(sed -n 's/^map_id:\t*//p' /proc/"$1"/fdinfo/*); do
		[[ $(bpftool map show id "$id" -j | jq -r .name) != "$2" ]] || bpftool map dump id "$id" -j | jq length
	done
}

# agent_tells NAMESPACE COMMAND OPTION...: what metrics, status and log an agent has that looks ten times a second, from before
# the command until two looks after it
agent_tells() (
	# shellcheck source=tests/netns/agent.bash
	source "$BATS_TEST_DIRNAME/agent.bash"
	agent_start --netns "$1" --interval 100ms "${@:3}"
	agent_cycles 1
	"$2"
	agent_cycles 2
	cp run/metrics .
	agent_stop || true
)

metric() { sed -n "s/^unfin_connections_total{kind=\"$1\"} //p" metrics; }

@test "the books balance over the looks of an agent, though these fall into the flood" {
	flood_ready
	agent_tells "$flood" flood_runs
	told="opened $(metric opened) first $(metric closed_first) after $(metric closed_after_peer)"
	[[ $told == "$(jq -r '"opened \(.opened) first \(.first) after \(.after)"' books)" ]] || { echo "$told"; cat books; return 1; }
}

# A namespace where nothing happens but for what is let in: `flood` holds it.
quiet_namespace() {
	unshare -n sh -c 'ip link set lo up; exec sleep 120' &
	flood=$!
	sleeps "$flood"
}

# meet_peers [after]: a program meets as many peers as two may have rows, the last ones one after the other, over many
# looks. It closes first, or after them.
meet_peers() {
	nsenter -t "$flood" -n python3 - "$@" <<'END'
import socket, sys, time
listener = socket.create_server(("0.0.0.0", 7000))
for n in range(512):
    client = socket.create_connection(("127.1.%d.%d" % (n // 250, n % 250 + 1), 7000))
    server = listener.accept()[0]
    for end in (server, client) if sys.argv[1:] == ["after"] else (client, server):
        end.close()
    if n >= 400:
        time.sleep(0.02)
END
}

@test "a program that meets more peers than it may have rows, and then goes on: nothing is unknown by that" {
	quiet_namespace
	agent_tells "$flood" meet_peers
	[[ $(metric opened) == 1024 && $(metric closed_first) == 512 ]]
	grep -qx 'unfin_events_lost_total 0' metrics
	! grep 'not seen' agent.log
}

@test "closes after so many peers in one window: all are departures, and leave room for others" {
	quiet_namespace
	"$UNFIN" record kept --netns "$flood" --window 300s --table-rows 300 &
	local record=$!
	sleeps "$record"
	meet_peers after
	kill -INT "$record" && wait "$record"
	run sqlite3 kept "select sum(count), count(*) < 300, sum(not as_server), (select count(*) from gap where what like '%closes') from departure"
	[[ $output == '512|1|257|0' ]]
}

fail_in_many() {
	for _ in {1..90}; do
		nsenter -t "$flood" -n bash -c '(exec 3<>/dev/tcp/127.0.0.1/1) 2>/dev/null || exit 0'
	done
	agent_cycles 2
	echo $(($(rows_of "$agent" counts) + $(rows_of "$agent" others))) >rows
}

@test "rows of processes that have ended are given back" {
	command -v bpftool >/dev/null || skip "bpftool is not here"
	quiet_namespace
	agent_tells "$flood" fail_in_many --table-rows 64
	(($(<rows) < 64)) || { cat rows; return 1; }
}
