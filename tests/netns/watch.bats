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
	wait "$players" # or its clients, which wait for it, would stay
	players=
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

@test "what does not match is in no sum of what is there now, wherever that is decided" {
	play leaver leaver leaver -- -o jsonl peer_port == 1 or peer_port == 2
	[[ $(jq -rs 'map(.event) | join(" ")' told) == watched ]]
	rm -f in out
	play leaver leaver leaver -- peer_port == 8080 or peer_port == 2
	grep -Eq '^leaver\[[0-9]+\] +to 127.0.0.1:8080 ' told
}

# sums_of ARGUMENTS: all counts of each program and end
sums_of() {
	rm -f in out told
	play old leaver closer late killed refused taken eager -- -o jsonl "$@"
	jq -r 'select(.event == "summary") | [.process.comm, .role, .end, .opened, .accepted, .fin_received, .closed, .closed_first,
		.left, .left_now, .reset, .failed] | @csv' told | sort
}

@test "sums are the same, whether they are taken in the kernel or of the events that match" {
	sums_of >kernel
	sums_of local_port "> 0" or peer_port "> 0" >matched
	diff kernel matched
	grep -q '^"python3","client","127.0.0.1:8080",1,0,1,1,0,1,1,0,0$' kernel
	grep -q '^"eager","server","0.0.0.0:7001",0,1,1,0,0,1,1,0,0$' kernel
}

# loss_of ARGUMENTS: what is told of a flood that a ring of one page does not hold
loss_of() {
	rm -f in out told
	play flood flood -- --ring 4096 "$@"
	sed -n 's/^[1-9][0-9]* of [0-9]* events //p' told
}

@test "of what came too fast it is told whether the sums have it" {
	[[ $(loss_of) == "came faster than they could be told one by one: counted here alone" ]]
	[[ $(loss_of local_port "> 0" or peer_port "> 0") == "came faster than they could be told: they are not in these sums either" ]]
}

# crowded ARGUMENTS: with tables that do not hold the connections that a program has, which it makes before
crowded() {
	rm -f in out told
	play crowd leaver late -- -o jsonl --table-rows 64 "$@"
}

@test "in a crowd only what may match takes room for its opener, and what finds none is told" {
	crowded peer_port == 8080
	[[ $(story leaver) == "opened fin_received eof_told" ]]
	jq -es '.[-1].without_opener == 0' told
	crowded
	jq -es '.[-1].without_opener > 0' told
}

@test "programs that have ended leave the table to those that come, and stay in the sums of all" {
	for how in "" "local_port > 0 or peer_port > 0"; do
		rm -f in out
		# shellcheck disable=SC2086
		play brief pause closer -- -o jsonl --summary 1s --table-rows 64 $how
		jq -es 'map(select(.event == "summary" and .process.comm == "closer")) | length > 0 and all(.opened == 1)' told
		jq -es '(map(.event) | rindex("period")) as $last | .[$last + 1:] | map(select(.event == "summary") | .opened) | add == 101' told
		jq -es '(map(.event) | rindex("period")) as $last | .[:$last] | map(select(.event == "summary") | .opened) | add <= 101' told
	done
}

# in_sums ARGUMENTS: what a play comes to, of programs and ends, where nothing else matches
in_sums() {
	rm -f in out told
	play refused taken late -- -o jsonl --summary 1m "$@"
	jq -rs '[.[] | select(.event == "summary") | "\(.process.comm):\(.end):\(.failed)"] | sort | join(" ")' told
}

@test "calls that fail are counted where they match, by what they were called with" {
	[[ $(in_sums peer_port == 443) == "" ]]
	[[ $(in_sums peer_port == 9) == "refused:127.0.0.1:9:1" ]]
	[[ $(in_sums peer_address == 127.0.0.1 and peer_port == 9) == "refused:127.0.0.1:9:1" ]]
	[[ $(in_sums peer_address == 10.0.0.1) == "" ]]
	[[ $(in_sums local_port == 8080 and comm == taken) == "taken:127.0.0.1:8080:1" ]]
	[[ $(in_sums local_port == 9) == "" ]]
	[[ $(in_sums cgroup == 4294967295) == "" ]]
}

@test "the table fits 80 columns, and tells who leaves connections" {
	play leaver leaver leaver closer stubborn --
	run awk 'length > 80' told
	[[ -z $output ]] || { echo "$output"; return 1; }
	grep -q '^Time  *Event  *Program  *Connection' told
	grep -Eq ' opened +leaver\[[0-9]+\] +to 127.0.0.1:8080' told
	grep -Eq '^leaver\[[0-9]+\] +to 127.0.0.1:8080 ' told
	grep -Eq ' connect fails stubborn\[[0-9]+\] +to \[2001:db8[0-9a-f:]*\.\.[0-9a-f]*\]:443 +ENETUNREACH$' told
	grep -Eq ' connect fails stubborn\[[0-9]+\] +to \[2001:.*:443 ENETUNREACH x 19$' told
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

# in_numbers COMMAND: where no other process takes a number
in_numbers() {
	# shellcheck disable=SC2016
	UNFIN=$UNFIN unshare -npf --mount-proc bash -ec 'ip link set lo up; export UNFIN_NETNS=self; eval "$1"' sh "$1"
}

@test "a stranger that gets the number of a process of the command, which has ended, stays a stranger" {
	[[ -w /proc/sys/kernel/ns_last_pid ]] || skip "this kernel gives out no number that is asked for"
	# shellcheck disable=SC2016
	in_numbers 'mkfifo go
		"$UNFIN" watch -o jsonl -- bash -c "(:) & echo \$! >number; wait; read -r <go" >told & watcher=$!
		until [[ -s number ]]; do sleep 0.05; done
		sed "s/^SERVER = .*/SERVER = (\"127.0.0.1\", 9)/" '"$BATS_TEST_DIRNAME"'/watch.py | sed "/^main(/d" >client.py
		echo "call_myself(\"stranger\"); refused(); print(os.getpid())" >>client.py
		echo $(($(<number) - 1)) >/proc/sys/kernel/ns_last_pid; python3 client.py >stranger
		echo >go; wait $watcher'
	diff number stranger
	[[ $(story stranger) == "" ]]
}

@test "a command may start any number of processes: what ends makes room, and what finds none is told" {
	# shellcheck disable=SC2016
	in_numbers '"$UNFIN" watch -o jsonl --table-rows 512 -- bash -c "for i in {1..1500}; do (:); done
		python3 '"$BATS_TEST_DIRNAME"'/watch.py alone leaver >/dev/null" >told
		"$UNFIN" watch -o jsonl --table-rows 4 -- bash -c "for i in {1..9}; do sleep 5 & done; kill \$(jobs -p); wait" >crowded
		"$UNFIN" watch --table-rows 4 -- bash -c "for i in {1..9}; do sleep 5 & done; kill \$(jobs -p); wait" >crowded.text'
	[[ $(story leaver) == "opened fin_received eof_told closed:after_peer destroyed" ]]
	jq -es '.[-1].unfollowed == 0' told
	jq -es '.[-1].unfollowed >= 5' crowded
	grep -q '^[5-9] processes of the command were not followed' crowded.text
}

@test "a command that does not end when it is asked to is ended" {
	# shellcheck disable=SC2016
	run timeout -s KILL 20 "$UNFIN" watch --netns self --summary 1m --window 100ms -- \
		sh -c 'trap "" TERM; echo $$ >number; while :; do sleep 0.05; done'
	[[ $status == 137 ]]
	[[ ! -e /proc/$(<number) ]]
	[[ $output == *"In all,"* ]]
}

# witnessed COUNT HOW ARGUMENTS: beside a program that opens, accepts and closes in every way, and keeps a ledger
witnessed() {
	local count="$1 ledger $2"
	shift 2
	command -v gcc >/dev/null || skip "gcc is not here"
	gcc -O2 -Wall -Wextra -Werror "$BATS_TEST_DIRNAME/witness.c" -o witness -pthread
	# shellcheck disable=SC2016
	unshare -n sh -ec 'ip link set lo up; echo 3 >/proc/sys/net/ipv4/tcp_fastopen; export UNFIN_NETNS=self
		unfin=$1 count=$2; shift 2
		exec "$unfin" watch -o jsonl "$@" -- ./witness $count' sh "$UNFIN" "$count" "$@" >told
}

# "EVENT COOKIE PID TID" that the ledger has otherwise, or not at all, or that is told twice
contradictions() {
	jq -r 'select(.event == "opened" or .event == "accepted" or .event == "closed") |
		"\(.event) \(.cookie) \(.process.pid) \(.tid)"' told |
		awk 'NR == FNR { truth[$1, $2] = $3 " " $4; next }
			truth[$1, $2] != $3 " " $4 || told[$1, $2]++ { print $0, "ledger:", truth[$1, $2] }' ledger -
}

@test "who opened, accepted and closed is true of threads, forks, handed on descriptors and inherited listeners" {
	witnessed 2000 '' --books
	run contradictions
	[[ -z $output ]] || { head -n 5 <<<"$output"; return 1; }
	jq -es '.[-1] | .produced == .consumed and .unread == 0 and .lost == 0 and .without_opener == 0' told
	# The kernel leaves out a program that would interrupt itself: what that can cost is told.
	missed=$(jq -s '.[-1].missed' told)
	events=$(jq -s 'map(select(.event == "opened" or .event == "accepted" or .event == "closed")) | length' told)
	((events <= $(wc -l <ledger) && events + 3 * missed >= $(wc -l <ledger)))
}

# stories_without HOOK: what is told then, a line a program; that it is off is told, too
stories_without() {
	rm -f in out told
	play leaver late killed refused taken -- -o jsonl --without-hook "watch-$1"
	jq -es '.[-1].gaps | length == 1 and (.[0].why | endswith("turned off on request"))' told >/dev/null
	for player in leaver late killed refused taken; do story "$player"; done
	jq -rs 'map(select(.event == "accepted")) | length' told
}

@test "a hook that is off: what it alone shows is missing, and nothing else" {
	# accept() tells of a socket that has a cookie already: another watch of this host may have asked for it, or none.
	diff <(stories_without state | sed '$s/^[0-3]$/any/') <(printf '%s\n' '' '' '' failed:ECONNREFUSED failed:EADDRINUSE any)
	diff <(stories_without destroyed) <(printf '%s\n' "opened fin_received eof_told" \
		"opened fin_received eof_told closed:after_peer" "opened reset:ECONNRESET" failed:ECONNREFUSED failed:EADDRINUSE 3)
	diff <(stories_without received) <(printf '%s\n' "opened fin_received" "opened fin_received closed:after_peer destroyed" \
		"opened reset:ECONNRESET closed:after_peer destroyed" failed:ECONNREFUSED failed:EADDRINUSE 3)
	diff <(stories_without calls) <(printf '%s\n' "opened fin_received eof_told" \
		"opened fin_received eof_told closed:after_peer destroyed" "opened reset:ECONNRESET closed:after_peer destroyed" \
		failed:ECONNREFUSED '' 0)
}

@test "a hook that is off: nobody is taken for another" {
	for hook in state destroyed received calls forked freed; do
		rm -f ledger
		witnessed 300 '' --without-hook "watch-$hook"
		run contradictions
		[[ -z $output ]] || { echo "without $hook"; head -n 5 <<<"$output"; return 1; }
		jq -es --arg hook "$hook" '.[-1].gaps | length == 1' told
	done
}

@test "who closes is true, or not told, while others look at descriptors and hold the last reference" {
	witnessed 4000 --looked
	run contradictions
	[[ -z $(grep -v "^closed [0-9]* null null \|^$" <<<"$output") ]] || { head -n 5 <<<"$output"; return 1; }
}

@test "io_uring: what it connects, closes and fails at is seen, what it accepts has no acceptor" {
	command -v gcc >/dev/null || skip "gcc is not here"
	gcc -O2 -Wall -Wextra -Werror "$BATS_TEST_DIRNAME/uring.c" -o uring
	mkfifo in out
	unshare -n sh -c 'ip link set lo up; exec ./uring 7000' <in >out 2>refused &
	players=$!
	exec 8>in 9<out
	read -r -t 20 word <&9 || { grep -q io_uring_setup refused && skip "io_uring is forbidden here"; }
	"$UNFIN" watch --netns "$(stat -Lc %i "/proc/$players/ns/net")" -o jsonl >told 2>errors &
	watcher=$!
	sleeps "$watcher"
	echo go >&8
	read -r -t 20 word <&9 && [[ $word == "done" ]]
	kill -INT "$watcher" && wait "$watcher"
	watcher=
	echo end >&8
	[[ $(jq -r 'select(.role == "client" and .event != "summary") | "\(.event) \(.process.comm) \(.errno)"' told | sort -u | paste -sd,) == \
		"closed uring null,destroyed uring null,failed uring ECONNREFUSED,opened uring null" ]]
	jq -es 'any(.event == "accepted") | not' told
	jq -es 'map(select(.event == "closed" and .order == "after_peer"))[0] | .process.comm == "uring" and .opener == null' told
}

@test "books: what finds no room in a ring of a page and in small tables is counted, and the table is right afterwards" {
	command -v gcc >/dev/null || skip "gcc is not here"
	unshare -n "$BATS_TEST_DIRNAME/../soak/books" 4 "$PWD"
	jq -es '.[-1] | .event == "watched" and .lost > 0 and .produced == .consumed + .lost and .without_opener > 0' told
	jq -e '.sockets > 0 and .missing == 0 and .ghosts == 0 and (.repaired | not)' books
	# What was lost to the ring is in the sums all the same.
	opened=$(($(grep -c ^opened ledger) + $(tail -n 1 flood | jq .opened)))
	jq -es --argjson opened "$opened" '[.[] | select(.event == "summary") | .opened] | add <= $opened and . > 0' told
}

@test "a reader who does not read loses lines, which are counted, and nothing waits for him" {
	mkfifo pipe
	exec 7<>pipe
	# shellcheck disable=SC2016
	unshare -n sh -c 'ip link set lo up; export UNFIN_NETNS=self
		exec timeout 30 "$2" watch -o jsonl -- python3 "$1" alone flood' sh "$BATS_TEST_DIRNAME/watch.py" "$UNFIN" >pipe 2>errors
	grep -Eq '[1-9][0-9]* lines were not written' errors
	# A pipe holds 64 KiB, and what waits for it has its limit.
	timeout 1 cat <&7 >told || true
	exec 7<&-
	(($(wc -c <told) <= 65536)) && jq -e .event <(head -n 1 told)
}
