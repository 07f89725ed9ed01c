# One look by the tool, kept for the judge: the JSON, the exit code, the time it took, and what ss said before and after.
# shellcheck shell=bash
: "${UNFIN:=$(cd "${BASH_SOURCE%/*}/../.." && pwd)/build/unfin}"

# The looks there are, and what each asks for; `check` is what a person types.
declare -rA look_arguments=([one]='--window 0' [window]='--window 10s' [check]='')

# looks DIR LOOK...: take them one after the other. DIR/expect.json says what is to be counted.
looks() {
	local dir=$1 look
	shift
	for look in "$@"; do
		# shellcheck disable=SC2086
		take_look "$dir" "$look" ${look_arguments[$look]}
	done
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

# take_look DIR NAME ARGS...: `unfin check --json ARGS` to DIR/NAME.json; DIR/NAME.meta holds exit, ms and the counts around it.
# With RECORD set, the moment that was judged is kept in DIR/NAME.moment, too; RECORD=redacted: without names of this host.
take_look() {
	local dir=$1 name=$2 before after began ended status
	shift 2
	[[ -z ${RECORD-} ]] || set -- "$@" --record "$dir/$name.moment"
	[[ ${RECORD-} != redacted ]] || set -- "$@" --redact
	raw_facts >"$dir/$name.ss"
	before=$(counts_now "$dir")
	began=$(date +%s%N)
	"$UNFIN" check --json "$@" >"$dir/$name.json" 2>"$dir/$name.err"
	status=$?
	ended=$(date +%s%N)
	after=$(counts_now "$dir")
	raw_facts >"$dir/$name.after.ss"
	jq -nc --argjson exit $status --argjson ms $(((ended - began) / 1000000)) --argjson before "$before" --argjson after "$after" \
		'$ARGS.named' >"$dir/$name.meta"
}
