# One look by the tool, kept for the judge: the JSON, the exit code, the time it took, and what ss said before and after.
# shellcheck shell=bash
: "${UNFIN:=$(cd "${BASH_SOURCE%/*}/../.." && pwd)/build/unfin}"

# The looks there are, and what each asks for; `check` is what a person types. `two` and `five` watch beside `window`, from
# the same moment on: what is said after 2 s, 5 s and 10 s of one stream of events can be compared.
declare -rA look_arguments=([one]='--window 0' [two]='--window 2s' [five]='--window 5s' [window]='--window 10s' [check]='')

# looks DIR LOOK...: take them one after the other. DIR/expect.json says what is to be counted.
looks() {
	local dir=$1 look
	shift
	for look in "$@"; do
		if [[ $look == agent ]]; then take_agents_look "$dir"; else take_look "$dir" "$look"; fi
	done
}

# begin_agent DIR: an agent that watches the whole host from now on; its number is in DIR/pid, its last moment in DIR/run/moment.
begin_agent() {
	local dir=$1
	rm -rf "$dir" && mkdir -p "$dir/state"
	"$UNFIN" agent --no-web --state "$dir/state" --run "$dir/run" --interval 10s 2>"$dir/err" &
	echo $! >"$dir/pid"
	disown # who waits for the faults does not wait for it
	wait_for 90 test -e "$dir/run/moment" # a busy host with a million sockets takes its time
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || return
		sleep 0.1
	done
}

cycles_reach() { (($(jq .cycles "$AGENT/run/agent.json" 2>/dev/null || echo 0) >= $1)); }

# take_agents_look DIR: what AGENT, which was there before the fault, makes of our namespace in the next window that begins
# after now; kept as the look `window`, with ss's counts around it.
take_agents_look() {
	local dir=$1 before after began ended
	began=$(date +%s%N)
	before=$(counts_now "$dir")
	wait_for 150 cycles_reach $(($(jq .cycles "$AGENT/run/agent.json") + 2)) || return
	cp "$AGENT/run/moment" "$dir/window.moment"
	after=$(counts_now "$dir")
	ended=$(date +%s%N)
	UNFIN_NETNS='' "$UNFIN" check --from "$dir/window.moment" --json 2>"$dir/window.err" |
		jq --arg netns "$(readlink /proc/self/ns/net)" '.findings |= map(select(.key | contains($netns)))
		| [.findings[] | select(.severity == "warning" or .severity == "critical")] as $grave
		| .verdict = if $grave != [] then "findings" elif .coverage.complete then "ok" else "incomplete" end' >"$dir/window.json"
	jq -c --argjson ms $(((ended - began) / 1000000)) --argjson before "$before" --argjson after "$after" \
		'{exit: {ok: 0, findings: 1, incomplete: 3}[.verdict]} + $ARGS.named' "$dir/window.json" >"$dir/window.meta"
}

# One number a root: the sockets that its filter shows, null where there is no filter.
counts_now() {
	local filter list=''
	while read -r filter; do
		# shellcheck disable=SC2086
		[[ $filter == null ]] && list+=,null || list+=,$(ss -tanH $filter | wc -l)
	done < <(jq -r '.roots[].filter' "$1/expect.json")
	echo "[${list#,}]"
}

# What ss and /proc say, for people. Not `ss -p`: that reads the descriptors of every process of the host.
raw_facts() {
	local pid
	ss -tanoie
	for pid in $(find /proc -maxdepth 3 -path '/proc/[0-9]*/ns/net' -lname "$(readlink /proc/self/ns/net | sed 's/[][]/\\&/g')" 2>/dev/null | cut -d/ -f3); do
		[[ -n $(tr -d '\0' <"/proc/$pid/cmdline") ]] || continue
		echo "== $pid $(tr '\0' ' ' <"/proc/$pid/cmdline")"
		find "/proc/$pid/fd" -lname 'socket:*' -printf '%f %l\n' | head -2000 | sort -n | paste -sd' '
	done 2>/dev/null
}

# answer DIR LOOK [ARG...]: `unfin check --json` to DIR/LOOK.json; DIR/LOOK.meta holds its exit and milliseconds.
answer() {
	local dir=$1 look=$2 began ended status
	shift 2
	began=$(date +%s%N)
	# shellcheck disable=SC2086
	"$UNFIN" check --json ${look_arguments[$look]} "$@" >"$dir/$look.json" 2>"$dir/$look.err"
	status=$?
	ended=$(date +%s%N)
	jq -nc --argjson exit $status --argjson ms $(((ended - began) / 1000000)) '$ARGS.named' >"$dir/$look.meta"
}

# take_look DIR LOOK: the answer, with the counts around it in DIR/LOOK.meta, and what ss said.
# With RECORD set, the moment that was judged is kept in DIR/LOOK.moment, too; RECORD=redacted: without names of this host.
take_look() {
	local dir=$1 look=$2 before after keep=() beside=()
	[[ -z ${RECORD-} ]] || keep=(--record "$dir/$look.moment")
	[[ ${RECORD-} != redacted ]] || keep+=(--redact)
	raw_facts >"$dir/$look.ss"
	before=$(counts_now "$dir")
	if [[ $look == window ]]; then
		answer "$dir" two &
		beside+=($!)
		answer "$dir" five &
		beside+=($!)
	fi
	answer "$dir" "$look" "${keep[@]}"
	after=$(counts_now "$dir")
	((${#beside[@]} == 0)) || wait "${beside[@]}"
	raw_facts >"$dir/$look.after.ss"
	jq -c --argjson before "$before" --argjson after "$after" '. + $ARGS.named' "$dir/$look.meta" >"$dir/$look.counted" &&
		mv "$dir/$look.counted" "$dir/$look.meta"
}
