#!/usr/bin/env bats
# The lab leaves nothing behind, however it ends, and the command it runs cannot tell that it is there.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	lab='' third=''
}

teardown() {
	for pid in $lab $third; do kill -KILL "$pid" 2>/dev/null || true; done
}

# until_true SECONDS CMD...
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || { echo "not within the limit: $*" && return 1; }
		sleep 0.05
	done
}

# Processes whose network namespace is $1.
members() {
	find /proc -maxdepth 3 -path '/proc/[0-9]*/ns/net' -printf '%l %p\n' 2>/dev/null | awk -F'[ /]' -v ns="$1" '$1 == ns { print $4 }'
}
no_members() { [[ -z $(members "$1") ]]; }

# stand FAULT: starts it in the background with a command that tells its namespace and waits; sets $lab and $ns.
stand() {
	"$UNFIN" lab "$1" -- sh -c "readlink /proc/self/ns/net >$BATS_TEST_TMPDIR/ns; sleep 300 & wait" 3>&- &
	lab=$!
	until_true 40 test -s "$BATS_TEST_TMPDIR/ns"
	ns=$(<"$BATS_TEST_TMPDIR/ns")
	[[ $(members "$ns" | wc -l) -ge 4 ]]
}

# A veth pair between the namespace and a third one: the kernel removes it when the namespace is gone.
tie_to_namespace() {
	unshare -n sleep 300 3>&- &
	third=$!
	until_true 5 eval '[[ $(readlink /proc/$third/ns/net) != $(readlink /proc/self/ns/net) ]]'
	nsenter -t "$third" -n ip link add tie type veth peer name inside netns "$(members "$ns" | head -1)"
}
tie_is_gone() { ! nsenter -t "$third" -n ip link show tie >/dev/null 2>&1; }

@test "the list has every fault with a line of its own" {
	run "$UNFIN" lab
	[[ $status == 0 ]]
	for name in incident never-closed accept-queue healthy-time-wait healthy-pool; do
		grep -Eq "^$name +[^ ]" <<<"$output"
	done
}

@test "an unknown fault: the nearest name, status 2" {
	run --separate-stderr "$UNFIN" lab never-close
	[[ $status == 2 && -z $output && $stderr == *"never-closed"* ]]
}

@test "stdout and the exit status are the command's alone" {
	run --separate-stderr "$UNFIN" lab healthy-pool -- sh -c 'echo one; echo "$UNFIN_NETNS"; exit 42'
	[[ $status == 42 && $output == $'one\nself' ]]
	[[ $stderr == *"--seed "* ]]
}

@test "a command killed by a signal, not found, or not executable: the status a shell gives" {
	run -143 "$UNFIN" lab healthy-pool -- sh -c 'kill -TERM $$'
	run -127 "$UNFIN" lab healthy-pool -- /nonexistent/command
	run -126 "$UNFIN" lab healthy-pool -- /etc/passwd
}

@test "stdin reaches the command" {
	result=$(echo hello | "$UNFIN" lab -q healthy-pool -- cat)
	[[ $result == hello ]]
}

@test "--quiet says nothing" {
	run --separate-stderr "$UNFIN" lab --quiet healthy-pool -- true
	[[ $status == 0 && -z $output && -z $stderr ]]
}

@test "the word unfin runs this very program" {
	[[ $("$UNFIN" lab -q healthy-pool -- unfin --version) == $("$UNFIN" --version) ]]
}

@test "the namespace holds only the fault, and the host's settings stay as they are" {
	before=$(cat /proc/sys/net/ipv4/ip_local_port_range)
	run --separate-stderr "$UNFIN" lab incident -- cat /proc/sys/net/ipv4/ip_local_port_range
	[[ $output != "$before" ]]
	[[ $(cat /proc/sys/net/ipv4/ip_local_port_range) == "$before" ]]
}

@test "the same seed makes the same numbers" {
	a=$("$UNFIN" lab incident -q --seed 7 -- cat /proc/sys/net/ipv4/ip_local_port_range)
	b=$("$UNFIN" lab incident -q --seed 7 -- cat /proc/sys/net/ipv4/ip_local_port_range)
	[[ $a == "$b" ]]
}

@test "processes show who they are" {
	run --separate-stderr "$UNFIN" lab healthy-pool -- ss -tlnpH
	[[ $output == *'"database"'* ]]
	run --separate-stderr "$UNFIN" lab healthy-pool -- sh -c \
		'for p in /proc/[0-9]*; do [ "$(cat $p/comm)" = web-app ] && tr "\0" " " <$p/cmdline; done'
	[[ $output == *"web-app --database 127.0.0.1:5432"* ]]
}

@test "the ledger tells the truth about holders" {
	local ledger=$BATS_TEST_TMPDIR/ledger
	"$UNFIN" lab -q --ledger "$ledger" healthy-pool -- sh -c 'ss -tanpH state established dport = :5432' >"$BATS_TEST_TMPDIR/ss"
	sed -nE 's/.* (127[^ ]+) +(127[^ ]+) .*pid=([0-9]+),fd=([0-9]+).*/\3 \4 \1 \2/p' "$BATS_TEST_TMPDIR/ss" | sort >"$BATS_TEST_TMPDIR/a"
	jq -r '"\(.pid) \(.fd) \(.local) \(.peer)"' "$ledger" | sort >"$BATS_TEST_TMPDIR/b"
	[[ -s $BATS_TEST_TMPDIR/a ]]
	diff "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
}

@test "the population's ledger and ss agree on every holder" {
	local ledger=$BATS_TEST_TMPDIR/ledger
	"$UNFIN" lab -q --ledger "$ledger" population --count 2000 -- ss -tanpH >"$BATS_TEST_TMPDIR/ss"
	grep -o 'pid=[0-9]*,fd=[0-9]*' "$BATS_TEST_TMPDIR/ss" | sort >"$BATS_TEST_TMPDIR/a"
	jq -r 'select(.pid and .state != "close") | "pid=\(.pid),fd=\(.fd)"' "$ledger" | sort >"$BATS_TEST_TMPDIR/b"
	[[ $(wc -l <"$BATS_TEST_TMPDIR/ss") -ge 2000 ]]
	diff "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
}

@test "after a normal end no process and no namespace is left" {
	ns=$("$UNFIN" lab -q healthy-pool -- readlink /proc/self/ns/net)
	no_members "$ns"
}

@test "after kill -9 of the lab no process and no namespace is left" {
	stand never-closed
	tie_to_namespace
	kill -KILL "$lab"
	until_true 5 no_members "$ns"
	until_true 20 tie_is_gone
}

@test "after kill -9 of the keeper, too" {
	stand healthy-pool
	tie_to_namespace
	kill -KILL "$(pgrep -P "$lab")"
	until_true 5 no_members "$ns"
	until_true 20 tie_is_gone
}

@test "after kill -9 of both at once the kernel ends what the fault started" {
	stand accept-queue
	keeper=$(pgrep -P "$lab")
	mapfile -t roles < <(pgrep -P "$keeper")
	kill -STOP "$keeper"
	kill -KILL "$lab" "$keeper"
	gone() { for pid in "${roles[@]}"; do [[ ! -e /proc/$pid ]] || return 1; done; }
	until_true 5 gone
	for pid in $(members "$ns"); do kill -KILL "$pid"; done # what the command itself had started
}

@test "SIGTERM ends the command and all the rest" {
	stand healthy-pool
	kill -TERM "$lab"
	status=0
	wait "$lab" || status=$?
	[[ $status == 143 ]]
	until_true 5 no_members "$ns"
}

@test "a command that ignores SIGTERM is given two seconds" {
	"$UNFIN" lab healthy-pool -- sh -c "trap '' TERM; readlink /proc/self/ns/net >$BATS_TEST_TMPDIR/ns; while :; do sleep 1; done" 3>&- &
	lab=$!
	until_true 20 test -s "$BATS_TEST_TMPDIR/ns"
	kill -TERM "$lab"
	until_true 6 no_members "$(<"$BATS_TEST_TMPDIR/ns")"
}

@test "Ctrl-C while the fault is made: status 130, nothing is left" {
	env --default-signal=INT "$UNFIN" lab never-closed -- true 3>&- &
	lab=$!
	until_true 10 eval '[[ -n $(pgrep -P "$lab") ]] && [[ -n $(pgrep -P "$(pgrep -P "$lab")" -x fetch-profiles) ]]'
	ns=$(readlink "/proc/$(pgrep -P "$lab")/ns/net")
	kill -INT "$lab"
	status=0
	wait "$lab" || status=$?
	[[ $status == 130 ]]
	until_true 5 no_members "$ns"
}

@test "Ctrl-C is the command's to answer" {
	env --default-signal=INT "$UNFIN" lab healthy-pool -- bash -c \
		"trap 'exit 7' INT; echo >$BATS_TEST_TMPDIR/ready; while :; do sleep 0.1; done" 3>&- &
	lab=$!
	until_true 20 test -s "$BATS_TEST_TMPDIR/ready"
	kill -INT "$lab"
	status=0
	wait "$lab" || status=$?
	[[ $status == 7 ]]
}

# all_stand REGEX: the faults of those names, several at a time, each from a seed of its own.
all_stand() {
	local name names pids=()
	mapfile -t names < <("$UNFIN" lab | cut -d' ' -f1 | grep -E "$1")
	stand_once() { "$UNFIN" lab "$1" -- true >"$BATS_TEST_TMPDIR/$1" 2>&1 && echo stands >>"$BATS_TEST_TMPDIR/$1"; }
	for name in "${names[@]}"; do
		while (($(jobs -rp | wc -l) >= 8)); do wait -n || true; done
		stand_once "$name" 3>&- &
		pids+=("$!")
	done
	wait "${pids[@]}" || true
	for name in "${names[@]}"; do
		grep -q ^stands "$BATS_TEST_TMPDIR/$name" || { echo "$name:" && cat "$BATS_TEST_TMPDIR/$name" && false; }
	done
}

@test "every fault stands: incidents, mixed ones, ports, limits" {
	all_stand '^(incident|mixed|port|fd-|listen|time-|bad-|connection)'
}

@test "every fault stands: one cause each" {
	all_stand '^(never|dead|slow|accept|hung|inherited|stale|unread|peer|half-open|ownerless)'
}

@test "every fault stands: what looks like another cause" {
	all_stand '^(relay|ramp|burst|handed|gc-|reuseport|address|unexplained|call|not-served|process)'
}

@test "every fault stands: conntrack-full" {
	command -v nft >/dev/null || skip "nft is not here"
	all_stand '^conntrack-full$'
}

@test "every healthy workload stands" {
	all_stand '^(healthy|half-closed)'
}

@test "the groups above have them all" {
	run -1 grep -vE '^(incident|mixed|port|fd-|listen|time-|bad-|conn|never|dead|slow|accept|hung|inherited|stale|unread|peer|half|ownerless|healthy|relay|ramp|burst|handed|gc-|reuseport|address|unexplained|call|not-served|process)' \
		<("$UNFIN" lab)
}

@test "what it must find is told as JSON, for every fault" {
	while read -r name _; do
		"$UNFIN" lab "$name" --expect | jq -e --arg name "$name" '.name == $name and (.healthy or (.roots | length > 0))' >/dev/null
	done < <("$UNFIN" lab)
}

@test "without the right to make a namespace: what to do, status 4" {
	command -v setpriv >/dev/null || skip "setpriv is not here"
	run --separate-stderr setpriv --reuid 65534 --clear-groups "$UNFIN" lab healthy-pool -- true
	[[ $status == 4 && $stderr == *sudo* ]]
}

@test "variables of the environment make nobody a part of the lab" {
	echo mine >"$BATS_TEST_TMPDIR/mine"
	export UNFIN_LAB_LEDGER=$BATS_TEST_TMPDIR/mine UNFIN_LAB_ROLE="never-closed fetch-profiles 0 0 1 1 $$"
	run -0 "$UNFIN" --version
	[[ $output == unfin\ * ]]
	"$UNFIN" lab -q healthy-pool -- true
	[[ $(<"$BATS_TEST_TMPDIR/mine") == mine ]]
}
