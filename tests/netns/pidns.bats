#!/usr/bin/env bats
# shellcheck disable=SC2016 # for the shells inside
#
# In a pid namespace of its own, as in a container, processes go by the numbers of that namespace: those that
# kill and /proc take. The kernel programs see others.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN WORK=$BATS_TEST_TMPDIR PROGRAM=$BATS_TEST_DIRNAME/pidns.py
	unshare -nfp --mount-proc true 2>/dev/null || skip "pid namespaces need root"
}

# Three programs in one network namespace: beside us, in a pid namespace below ours, and outside of ours.
# What runs in the namespace ends with it.
@test "in a pid namespace, holders, victims and closers have its numbers" {
	run unshare -n bash -euo pipefail -c '
		wait_for() {
			local end=$((SECONDS + 20))
			until [[ -e $1 ]]; do ((SECONDS < end)) || return 1; sleep 0.02; done
		}
		export -f wait_for
		ip link set lo up
		python3 "$PROGRAM" outsider 8081 "$WORK/outsider" &
		outsider=$!
		trap "kill $outsider" EXIT
		wait_for "$WORK/outsider"
		unshare -pf --mount-proc bash -euo pipefail -c "
			python3 \"\$PROGRAM\" beside 8081 \"\$WORK/beside\" &
			unshare -pf python3 \"\$PROGRAM\" below 8082 \"\$WORK/below\" &
			wait_for \"\$WORK/beside\"
			wait_for \"\$WORK/below\"
			for s in bpf sock_diag; do \"\$UNFIN\" list --netns self --source \$s --json state == listen >\"\$WORK/\$s\"; done
			\"\$UNFIN\" record \"\$WORK/kept\" --netns self --window 1s"'
	echo "$output"
	[[ $status == 0 ]]
	expected=$(printf 'below %s\nbeside %s' "$(<"$WORK/below")" "$(<"$WORK/beside")")

	for source in bpf sock_diag; do
		diff <(jq -r '.sockets[].holders[] | "\(.comm) \(.pid)"' "$WORK/$source" | sort) - <<<"$expected"
	done
	for table in failure departure first_close; do
		diff <(sqlite3 -separator ' ' "$WORK/kept" "select distinct comm, pid from $table t
			join process p on p.rowid = t.process + 1 order by comm") - <<<"$expected"
	done
	run --separate-stderr "$UNFIN" check --from "$WORK/kept" --json
	jq -c '.findings[] | [.id, .victims]' <<<"$output"
	jq -e '[.findings[].victims[].process] | length > 0 and all(.cmdline // "" | contains("pidns.py be"))' <<<"$output"
}
