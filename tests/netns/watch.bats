#!/usr/bin/env bats
# What happens to connections, told as it happens: see watch.py for who does what.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[[ -z ${players-} ]] || kill "$players" 2>/dev/null || true
	[[ -z ${watcher-} ]] || kill "$watcher" 2>/dev/null || true
}

# sleeps PID: it has attached what it watches with, and waits
sleeps() {
	local end=$((SECONDS + 20))
	until grep -q nanosleep "/proc/$1/wchan"; do
		((SECONDS < end)) && [[ -e /proc/$1 ]] || return 1
		sleep 0.05
	done
}

# play ROLE... -- ARGUMENTS: they do what they do, one after the other, while unfin watches their namespace
play() {
	local roles=() netns word
	while [[ $1 != -- ]]; do roles+=("$1"); shift; done
	shift
	mkfifo in out
	# shellcheck disable=SC2016
	unshare -n sh -c 'ip link set lo up; exec python3 "$@"' sh "$BATS_TEST_DIRNAME/watch.py" "${roles[@]}" <in >out &
	players=$!
	exec 8>in 9<out
	read -r -t 20 word <&9 && [[ $word == ready ]]
	netns=$(stat -Lc %i "/proc/$players/ns/net")
	"$UNFIN" watch --netns "$netns" "$@" >told 2>errors &
	watcher=$!
	sleeps "$watcher"
	echo go >&8
	read -r -t 60 word <&9 && [[ $word == "done" ]]
	kill -INT "$watcher" && wait "$watcher"
	watcher=
	exec 8>&-
}

story() { # PROGRAM: its events, in order, a line
	jq -rs --arg comm "$1" '[.[] | select(.process.comm == $comm and .event != "summary") |
		.event + (if .order then ":" + .order else "" end) + (if .errno then ":" + .errno else "" end) +
		(if .how then ":" + .how else "" end)] | join(" ")' told
}

@test "who opens, who accepts, who closes first, what is left" {
	play leaver closer late killed refused taken -- -o jsonl
	[[ $(story leaver) == "opened fin_received eof_told" ]]
	[[ $(story closer) == "opened closed:first destroyed" ]]
	[[ $(story late) == "opened fin_received eof_told closed:after_peer destroyed" ]]
	[[ $(story killed) == "opened reset:ECONNRESET closed:after_peer destroyed" ]]
	[[ $(story refused) == "failed:ECONNREFUSED" ]]
	[[ $(story taken) == "failed:EADDRINUSE" ]]
	# The server's own side of it, and each event has its socket and its time.
	jq -es 'map(select(.event == "accepted" and .process.comm == "server" and .role == "server")) | length == 4' told
	jq -es 'map(select(.cookie)) | all(.netns > 0 and (.at | endswith("Z")))' told
	jq -es '.[-1] | .event == "watched" and .produced == .consumed and .lost == 0' told
	jq -es 'map(select(.event == "summary" and .process.comm == "leaver")) | .[0] |
		.left == 1 and .fin_received == 1 and .opened == 1 and .closed == 0 and .end == "127.0.0.1:8080"' told
}

@test "an expression narrows it, in the kernel or after it" {
	play leaver closer late -- -o jsonl comm == closer and peer_port == 8080
	[[ $(jq -rs '[.[] | select(.cookie) | .process.comm] | unique | join(" ")' told) == closer ]]
	jq -es '.[-1].produced == 3' told
}

@test "the table fits 80 columns, and tells who leaves connections" {
	play leaver leaver leaver closer --
	run awk 'length > 80' told
	[[ -z $output ]] || { echo "$output"; return 1; }
	grep -q '^Time  *Event  *Program  *Connection' told
	grep -Eq ' opened +leaver\[[0-9]+\] +to 127.0.0.1:8080' told
	grep -Eq '^leaver\[[0-9]+\] +to 127.0.0.1:8080 ' told
}

@test "a command is watched from its birth, with all it starts, and nothing else is" {
	# shellcheck disable=SC2016
	run --separate-stderr unshare -n sh -c 'ip link set lo up; python3 "$1" alone closer >/dev/null & UNFIN_NETNS=self "$2" watch -o jsonl -- \
		sh -c "python3 $1 alone leaver >/dev/null; exit 7"; status=$?; wait; exit $status' sh "$BATS_TEST_DIRNAME/watch.py" "$UNFIN"
	[[ $status == 7 ]]
	echo "$output" >told
	[[ $(story leaver) == "opened fin_received eof_told closed:after_peer destroyed" ]]
	[[ $(story server) == "accepted closed:first destroyed" ]]
	[[ $(story closer) == "" ]]
}

@test "a reader who does not read loses lines, which are counted, and nothing waits for him" {
	mkfifo pipe
	exec 7<>pipe
	play flood -- -o jsonl --window 60s
	rm -f in out
	# The pipe holds 64 KiB and nobody reads it: it ends all the same.
	unshare -n sh -c 'ip link set lo up; exec python3 "$1" alone flood' sh "$BATS_TEST_DIRNAME/watch.py" >/dev/null &
	players=$!
	"$UNFIN" watch -o jsonl --netns "$(stat -Lc %i "/proc/$players/ns/net")" >pipe &
	watcher=$!
	wait "$players"
	kill -INT "$watcher"
	wait "$watcher"
	watcher=
	exec 7<&-
}
