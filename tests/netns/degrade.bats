#!/usr/bin/env bats
# shellcheck disable=SC2154 # bats sets stderr
#
# Where something is missing, the tool says what, and never "nothing wrong": a table of places x commands.
bats_require_minimum_version 1.5.0

setup_file() {
	# Other users run it, too: from a place they can reach.
	mkdir -p "$BATS_FILE_TMPDIR/bin"
	cp "${UNFIN:-$BATS_TEST_DIRNAME/../../build/unfin}" "$BATS_FILE_TMPDIR/bin/unfin"
	cp "$BATS_TEST_DIRNAME/without.py" "$BATS_FILE_TMPDIR/bin"
	for d in "$BATS_FILE_TMPDIR" "$BATS_FILE_TMPDIR/bin" "$BATS_RUN_TMPDIR"; do chmod a+rx "$d"; done
	chmod 755 "$BATS_FILE_TMPDIR/bin/"*
}

setup() {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	PATH=$BATS_FILE_TMPDIR/bin:$PATH
	WITHOUT=$BATS_FILE_TMPDIR/bin/without.py
	export WITHOUT
}

nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)

with_proc() { # OPTIONS COMMAND...: beside a /proc that is mounted so
	unshare -m sh -c 'mount -t proc -o "$0" proc /proc && exec "$@"' "$@"
}

in_place() { # PLACE COMMAND...
	local place=$1 caps
	local masked=(unshare -m sh -c 'mount -t tmpfs none /sys/kernel/btf && exec "$@"' sh)
	shift
	case $place in
	root) "$@" ;;
	named-capabilities)
		caps=+bpf,+perfmon,+sys_ptrace,+sys_admin,+dac_read_search
		"${nobody[@]}" --inh-caps $caps --ambient-caps $caps --bounding-set -all,$caps "$@" ;;
	bpf-capabilities-only)
		caps=+bpf,+perfmon
		"${nobody[@]}" --inh-caps $caps --ambient-caps $caps --bounding-set -all,$caps "$@" ;;
	no-bpf) setpriv --bounding-set -bpf,-perfmon,-sys_admin --inh-caps -all "$@" ;;
	no-btf) "${masked[@]}" "$@" ;;
	no-relocation) python3 "$WITHOUT" relocation -- "$@" ;;
	no-types) in_place no-relocation "${masked[@]}" "$@" ;;
	no-ptrace) setpriv --bounding-set -sys_ptrace --inh-caps -all "$@" ;;
	pid-namespace) unshare -p -f --mount-proc "$@" ;;
	unprivileged) "${nobody[@]}" --no-new-privs --inh-caps -all --bounding-set -all "$@" ;;
	seccomp) python3 "$WITHOUT" bpf -- "$@" ;;
	no-tracefs) python3 "$WITHOUT" fsopen -- "$@" ;;
	hidepid-1 | hidepid-2) with_proc "hidepid=${place#*-}" "${nobody[@]}" "$@" ;;
	hidepid-1-capable | hidepid-2-capable)
		caps=+bpf,+perfmon,+sys_admin,+dac_read_search
		place=${place%-capable}
		with_proc "hidepid=${place#*-}" "${nobody[@]}" --inh-caps $caps --ambient-caps $caps --bounding-set -all,$caps "$@" ;;
	subset-pid) with_proc subset=pid "$@" ;;
	no-sysctls) unshare -m sh -c 'mount -t tmpfs none /proc/sys && exec "$@"' sh "$@" ;;
	*-descriptors) prlimit --nofile="${place%-*}" "$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- ;;
	blind) python3 "$WITHOUT" bpf,netlink -- "$@" ;;
	no-proc) unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh "$@" ;;
	esac
}

# check_in PLACE STATUS [PATTERN]: a leak in a namespace of its own, judged from there. PATTERN is what must be
# told as missing; without one nothing may be missing. "?": perhaps only what a process with more rights hides.
check_in() {
	local place=$1 expected=$2 pattern=${3-}

	export -f in_place with_proc
	# shellcheck disable=SC2016 # for the shell inside
	run --separate-stderr unfin lab never-closed --quiet -- bash -c '
		nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
		in_place "$@"' bash "$place" unfin check --json --window 0 --netns self
	echo "$place: status $status: $stderr"
	[[ " $expected " == *" $status "* ]]
	if [[ $status == 4 ]]; then
		[[ $stderr =~ $pattern ]]
		return
	fi
	jq -c '.verdict, .coverage' <<<"$output"
	jq -e --arg pattern "$pattern" '
		.coverage.complete == all(.coverage.gaps[]; .names_only)
		and if .coverage.complete then $pattern == "" or $pattern == "?"
		else .verdict != "ok" and any(.coverage.gaps[]; "\(.what) \(.why) \(.mend)"
			| test(if $pattern == "?" then "^the descriptors of 1 of" else $pattern end)) end' <<<"$output"
}

# Nothing is wrong there; that it could not be seen is told all the same, and "nothing wrong" is not said.
unseen_in() { # PLACE PATTERN [OPTION]...: what is told as missing
	local place=$1 pattern=$2
	shift 2

	export -f in_place with_proc
	# shellcheck disable=SC2016 # for the shell inside
	run --separate-stderr unfin lab healthy-idle --quiet -- bash -c '
		nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
		in_place "$@"' bash "$place" unfin check --json "$@" --netns self
	echo "$place: status $status: $stderr"
	jq -c '.verdict, .coverage' <<<"$output"
	[[ $status == 3 ]]
	jq -e --arg pattern "$pattern" '.verdict == "unknown" and (.coverage.complete | not)
		and any(.coverage.gaps[]; (.names_only | not) and ("\(.what): \(.why)" | test($pattern)))' <<<"$output"
}

list_in() { # PLACE STATUS PATTERN: all namespaces of the host, whatever is in them; PATTERN on stderr
	run --separate-stderr in_place "$1" unfin list --netns "${4:-all}"
	echo "$1: status $status: $stderr"
	[[ $status == "$2" && $stderr =~ $3 ]]
}

doctor_in() { # PLACE STATUS FEATURE...: these and no others are missing
	local place=$1 expected=$2
	shift 2
	run --separate-stderr in_place "$place" unfin doctor --json
	jq -c '.features[] | select(.ok | not)' <<<"$output"
	[[ " $expected " == *" $status "* ]]
	jq -e 'all(.features[]; .ok == (.lost == null))' <<<"$output"
	# A process with more rights than ours is nobody's fault: not judged here.
	[[ $(jq -r '[.features[] | select(.ok | not) | .id] - ["processes"] | join(" ")' <<<"$output") == "$*" ]]
}

@test "check: root" { check_in root "0 1"; }
@test "check: named capabilities only" { check_in named-capabilities "0 1"; }
@test "check: CAP_BPF and CAP_PERFMON only, in one namespace" { check_in bpf-capabilities-only "0 1"; }
@test "check: no BPF right" { check_in no-bpf "0 1 3" "?"; }
@test "check: no BTF to read" { check_in no-btf "0 1"; }
@test "check: a kernel that cannot relocate" { check_in no-relocation "0 1"; }
@test "check: a kernel that cannot relocate, and no BTF" { check_in no-types "0 1 3" "?"; }
@test "check: in another pid namespace" { check_in pid-namespace 3 "processes outside of this pid namespace"; }
@test "check: unprivileged" { check_in unprivileged "1 3" "descriptors of [0-9]+ of [0-9]+ processes.*setcap"; }
@test "check: bpf() refused by a filter" { check_in seccomp "0 1 3" "?"; }
@test "check: neither bpf() nor netlink" { check_in blind 4 "cannot see"; }
@test "check: no /proc" { check_in no-proc 4 "mount -t proc"; }

@test "unseen: hidepid=1" { unseen_in hidepid-1 "descriptors of [0-9]+ of [0-9]+ processes" --window 0; }
@test "unseen: hidepid=2" { unseen_in hidepid-2 "processes that this /proc hides" --window 0; }
@test "unseen: hidepid=1, all rights but sys_ptrace" { unseen_in hidepid-1-capable "descriptors, limits or state" --window 0; }
@test "unseen: hidepid=2, all rights but sys_ptrace" { unseen_in hidepid-2-capable "descriptors, limits or state" --window 0; }
@test "unseen: subset=pid" { unseen_in subset-pid "settings.*ip_local_port_range" --window 0; }
@test "unseen: /proc/sys masked" { unseen_in no-sysctls "settings.*ip_local_port_range" --window 0; }
@test "unseen: 5 descriptors" { unseen_in 5-descriptors "Too many open files" --window 0; }
@test "unseen: 6 descriptors" { unseen_in 6-descriptors "Too many open files" --window 0; }
@test "unseen: 7 descriptors" { unseen_in 7-descriptors "Too many open files" --window 0; }
@test "unseen: a watch that was refused" { unseen_in no-tracefs "failing calls" --window 200ms; }

@test "list: named capabilities only" { list_in named-capabilities 0 ""; }
@test "list: CAP_BPF and CAP_PERFMON only" { list_in bpf-capabilities-only 0 "" self; }
@test "list: unprivileged" { list_in unprivileged 0 "descriptors of [0-9]+ of"; }
@test "list: in another pid namespace" { list_in pid-namespace 0 "not seen"; }
@test "list: no ptrace right" { list_in no-ptrace 0 ""; }
@test "list: neither bpf() nor netlink" { list_in blind 4 "cannot see"; }
@test "list: no /proc" { list_in no-proc 4 "mount -t proc"; }

@test "doctor: named capabilities only" { doctor_in named-capabilities 3 sock-destroy; }
@test "doctor: no BTF to read" { doctor_in no-btf "0 3"; }
@test "doctor: a kernel that cannot relocate" { doctor_in no-relocation "0 3"; }
@test "doctor: a kernel that cannot relocate, and no BTF" { doctor_in no-types 3 btf iterators hiding failing-calls watch; }
@test "doctor: bpf() refused by a filter" { doctor_in seccomp 3 bpf iterators hiding failing-calls watch; }
@test "doctor: in another pid namespace" { doctor_in pid-namespace 3 pid-namespace; }
@test "doctor: neither bpf() nor netlink" { doctor_in blind 4 bpf iterators hiding sock-diag sock-destroy failing-calls watch; }

# A status for what was read, and one for what was only kept. What is missing is named, with its mend on a line of its own.
@test "ports, limits, record, explain: each place has its status" {
	export -f in_place with_proc
	# shellcheck disable=SC2016 # for the shell inside
	run unshare -n bash -c '
		nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
		kept=$1/kept && mkdir "$kept" && chmod 777 "$kept"
		ask() { # PLACE STATUSES COMMAND...
			local place=$1 statuses=$2 status missing
			shift 2
			missing=$(in_place "$place" unfin "$@" 2>&1 >/dev/null) && status=0 || status=$?
			echo "$place, $1: $status: $missing"
			[[ " $statuses " == *" $status "* ]] || exit 1
			[[ $status == 0 || $missing == *[Ss]ee[n\ ]*$'"'"'\n       '"'"'* ]] || exit 1
		}
		while read -r place read record; do
			for command in ports "ports 8080" limits; do ask "$place" "${read//,/ }" $command --netns self; done
			ask "$place" "$record" record "$kept/$place" --netns self
			ask "$place" 0 explain EADDRINUSE
		done' bash "$BATS_TEST_TMPDIR" <<-END
		root                  0    0
		named-capabilities    0    0
		bpf-capabilities-only 0    0
		no-bpf                0,3  0
		no-btf                0    0
		no-relocation         0    0
		no-types              0,3  0
		no-ptrace             0    0
		pid-namespace         0    0
		unprivileged          3    0
		seccomp               0,3  0
		blind                 4    4
		no-proc               4    4
	END
	echo "$output"
	[[ $status == 0 && $(grep -c explain <<<"$output") == 13 ]]
}

@test "the command that doctor gives an unprivileged user mends it" {
	run --separate-stderr in_place unprivileged unfin doctor --json
	mend=$(jq -r '.features[] | select(.id == "iterators").mend' <<<"$output")
	[[ $mend == "sudo setcap "*"/bin/unfin" ]]
	command -v setcap >/dev/null || skip "no setcap here"
	eval "${mend#sudo }" || skip "this file system keeps no capabilities"
	run --separate-stderr "${nobody[@]}" --inh-caps -all unfin doctor --json
	setcap -r "$BATS_FILE_TMPDIR/bin/unfin"
	jq -c '.features[] | select(.ok | not)' <<<"$output"
	jq -e '[.features[] | select(.ok | not) | .id] - ["processes", "failing-calls", "hook-calls"] == []' <<<"$output"
}
