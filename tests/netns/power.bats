#!/usr/bin/env bats
# As little power as will do: what /proc/PID/status says of a command while it looks, and what a filter says that kills.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	export UNFIN_FILTER=kill
}

# Bits of linux/capability.h: dac_read_search, net_admin, sys_ptrace, sys_admin, perfmon, bpf.
named=$((1 << 2 | 1 << 12 | 1 << 19 | 1 << 21 | 1 << 38 | 1 << 39))

# while_it_watches MASK COMMAND...: runs it, and reads its status as soon as it sleeps through its window
while_it_watches() {
	local mask=$1 pid field value
	shift
	"$@" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	pid=$!
	for _ in $(seq 200); do
		[[ $(cat "/proc/$pid/wchan" 2>/dev/null) != *nanosleep* && $(cut -d' ' -f1 "/proc/$pid/syscall" 2>/dev/null) != 7 ]] || break
		sleep 0.02
	done
	while read -r field value; do
		case $field in
		CapEff:) (((16#$value & ~mask) == 0)) || { echo "effective: $value"; kill "$pid"; return 1; } ;;
		NoNewPrivs:) [[ $value == 1 ]] || { echo "no_new_privs: $value"; kill "$pid"; return 1; } ;;
		Seccomp:) [[ $value == 2 ]] || { echo "seccomp: $value"; kill "$pid"; return 1; } ;;
		esac
	done <"/proc/$pid/status"
	grep -q '^CapEff:' "/proc/$pid/status" || { echo "it was gone"; cat "$BATS_TEST_TMPDIR/out"; return 1; }
	wait "$pid" || [[ $? == 1 || $? == 3 ]]
}

@test "check has the named rights at most while it watches" {
	while_it_watches "$named" "$UNFIN" check --window 1s
}

@test "limits and ports, too" {
	while_it_watches "$named" "$UNFIN" limits --window 1s
	while_it_watches "$named" "$UNFIN" ports --window 1s
}

@test "watch, all the time" {
	while_it_watches "$named" "$UNFIN" watch --window 1s
}

@test "record keeps the right to write aside" {
	while_it_watches "$named" "$UNFIN" record --window 1s "$BATS_TEST_TMPDIR/kept"
}

# Reads a trace; prints what was not so when the first look began: of the kernel's programs, of netlink, of another process.
faults_of_trace() {
	awk '
		/prctl\(PR_SET_NO_NEW_PRIVS, 1/ && /( = 0|<unfinished ...>)$/ { bound = 1 }
		/ seccomp\(SECCOMP_SET_MODE_FILTER/ && / = 0$/ || /<... seccomp resumed>.* = 0$/ { filtered = 1 } # a child came between
		/ capset\(/ { split($0, part, "effective="); sub(/,.*/, "", part[2]); effective = part[2] }
		/ bpf\(|AF_NETLINK|"\/proc\/[0-9]/ { looked = 1; exit }
		END {
			if (!looked) exit
			print "looked"
			if (!bound) print "may gain rights"
			if (!filtered) print "no filter"
			gsub(/1<<CAP_(BPF|PERFMON|SYS_PTRACE|DAC_READ_SEARCH|SYS_ADMIN|NET_ADMIN)|[|]/, "", effective)
			if (effective != "" && effective != "0") print "effective: " effective
		}' "$1"
}

@test "every command has given up the rest before it looks, whichever there are" {
	looked=0
	for command in $("$UNFIN" complete unfin "" | cut -f1); do
		case $command in
		lab | help) continue ;; # of the laboratory: nothing is given up
		record) words=(record --window 0 "$BATS_TEST_TMPDIR/kept") ;;
		diff) words=(diff "$BATS_TEST_TMPDIR/kept") ;;
		*) words=("$command") ;;
		esac
		# a command that has no end is ended; what serves has ports and folders of its own, not the host's
		timeout 10 unshare -n -m sh -c 'mount -t tmpfs none /run && mount -t tmpfs none /var/lib && ip link set lo up && exec "$@"' sh \
			strace -f -e trace=prctl,capset,seccomp,bpf,socket,openat,openat2 -o "$BATS_TEST_TMPDIR/trace" \
			"$UNFIN" "${words[@]}" >/dev/null 2>&1 </dev/null || [[ $? -lt 128 ]]
		found=$(faults_of_trace "$BATS_TEST_TMPDIR/trace")
		echo "$command: $found"
		[[ $found == "" || $found == looked ]]
		[[ $found != looked ]] || looked=$((looked + 1))
	done
	[[ $looked -ge 7 ]]
}

@test "one namespace needs no right to enter others" {
	run --separate-stderr strace -f -e trace=capset -o "$BATS_TEST_TMPDIR/trace" "$UNFIN" list --netns self
	[[ $status == 0 ]]
	# The second one is that of the options; the last one leaves nothing.
	[[ $(sed -n 2p "$BATS_TEST_TMPDIR/trace") != *CAP_SYS_ADMIN* ]]
	[[ $(tail -n 2 "$BATS_TEST_TMPDIR/trace") == *"effective=0, permitted=0"* ]]
}

@test "reclaim has its rights from the plan to the end, and then none" {
	run --separate-stderr strace -f -e trace=capset -o "$BATS_TEST_TMPDIR/trace" \
		"$UNFIN" reclaim 'state == close-wait' --netns self --window 0
	grep capset "$BATS_TEST_TMPDIR/trace" | tail -n 1 | grep -q "effective=0, permitted=0"
}

@test "what reads no host keeps nothing" {
	"$UNFIN" record --window 0 --netns self "$BATS_TEST_TMPDIR/kept"
	for command in "explain EADDRINUSE" "help list" "complete unfin li" "check --from $BATS_TEST_TMPDIR/kept" \
		"diff $BATS_TEST_TMPDIR/kept $BATS_TEST_TMPDIR/kept"; do
		# shellcheck disable=SC2086 # words
		run strace -f -e trace=capset -o "$BATS_TEST_TMPDIR/trace" "$UNFIN" $command
		[[ $status == 0 ]]
		[[ $(sed -n 's/.*capset(.*{effective=\([^,]*\),.*/\1/p' "$BATS_TEST_TMPDIR/trace" | tail -n 1) == 0 ]]
	done
}

# In kill mode a call that is in no table ends the command with status 159.
@test "no command makes a call that it has no right to" {
	unshare -n bash -euo pipefail -c '
		ip link set lo up
		kept=$1/all
		for command in "check --window 0" "check --window 200ms" "check --window 0 --json" "check -o md --window 0" \
			"check --nagios" "check --source sock_diag --window 200ms" "check --show-config" list "list -r" "list -o csv" \
			"list --source sock_diag" "list --group-by container" ports "ports 8080" "ports --probe" "ports 8080 --probe" \
			"ports --dst 127.0.0.1:80" "ports --dst 127.0.0.1:80 --probe" limits "limits --json" doctor "doctor --json" \
			"record --window 0 $kept" "check --from $kept" "list -r --from $kept" "ports --from $kept" "limits --from $kept" \
			"diff $kept" "diff $kept $kept" "explain EADDRINUSE" "help" "--version" "complete unfin check --netns" wrong; do
			for netns in self all; do
				[[ $netns == self || $command != *--probe ]] || continue # ports of other namespaces are not ours to take
				UNFIN_NETNS=$netns "$UNFIN" $command >/dev/null 2>&1 </dev/null && status=0 || status=$?
				[[ $status -lt 128 ]] || { echo "unfin $command ($netns): $status"; exit 1; }
				[[ $netns == self || $command != record* ]] || break
			done
			[[ $command != record* || -e $kept ]] || { echo "nothing kept"; exit 1; }
		done' bash "$BATS_TEST_TMPDIR"
}

@test "the laboratory keeps its rights, and so do its commands" {
	run --separate-stderr "$UNFIN" lab never-closed --quiet -- bash -c '
		ip link set lo mtu 9000 && "$UNFIN" check --json --window 0'
	[[ $status == 0 || $status == 1 ]]
	jq -e '.coverage.complete' <<<"$output"
}

@test "a user's file is read and written by root with a right that is put in force for that alone" {
	mkdir -m 700 "$BATS_TEST_TMPDIR/home"
	chown 65534:65534 "$BATS_TEST_TMPDIR/home"
	"$UNFIN" record --window 0 --netns self "$BATS_TEST_TMPDIR/home/kept"
	chown 65534:65534 "$BATS_TEST_TMPDIR/home/kept"
	run "$UNFIN" check --from "$BATS_TEST_TMPDIR/home/kept"
	echo "$output"
	[[ $status == 0 || $status == 1 || $status == 3 ]]
}

# As in a container of docker's: without it, a process whose user is not root shows neither descriptors (before 6.2) nor calls.
@test "where dac_read_search was not given, dac_override is kept in its place" {
	run --separate-stderr setpriv --bounding-set=-dac_read_search "$UNFIN" doctor --json
	jq -e '.power.kept | any(.[]; .id == "dac_override" and .in_force)' <<<"$output"
	run --separate-stderr "$UNFIN" doctor --json
	jq -e '.power.kept | all(.[]; .id != "dac_override")' <<<"$output"
}

@test "doctor tells what is kept, and for what" {
	run --separate-stderr "$UNFIN" doctor --json
	jq -e '.power | .no_new_privs and .filtered and ([.kept[].id] | index("bpf") != null and index("sys_boot") == null)
		and all(.kept[]; .why != "")' <<<"$output"
	run --separate-stderr "$UNFIN" doctor
	[[ $output == *"loads the kernel programs"* ]]
}
