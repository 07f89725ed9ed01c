# One look by the tool, kept for the judge: the JSON, the exit code, the time it took, and what ss said before and after.
# shellcheck shell=bash
: "${UNFIN:=$(cd "${BASH_SOURCE%/*}/../.." && pwd)/build/unfin}"

# One number a root: the sockets its filter shows, null where the scene gave no filter.
counts_now() {
	local filter list=''
	for filter in "${count_filters[@]-}"; do
		# shellcheck disable=SC2086
		[[ -z $filter ]] && list+=,null || list+=,$(ss -tanH $filter | wc -l)
	done
	echo "[${list#,}]"
}

# take_look OUT NAME ARGS...: `unfin check --json ARGS` to OUT/NAME.json; OUT/NAME.meta holds exit, ms and the counts around it.
take_look() {
	local dir=$1 name=$2 before after began ended status
	shift 2
	before=$(counts_now)
	ss -tanpoie >"$dir/$name.ss" 2>/dev/null
	began=$(date +%s%N)
	"$UNFIN" check --json "$@" >"$dir/$name.json" 2>"$dir/$name.err"
	status=$?
	ended=$(date +%s%N)
	after=$(counts_now)
	ss -tanpoie >>"$dir/$name.ss" 2>/dev/null
	jq -nc --argjson exit $status --argjson ms $(((ended - began) / 1000000)) --argjson before "$before" --argjson after "$after" \
		'$ARGS.named' >"$dir/$name.meta"
}
