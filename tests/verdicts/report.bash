# From judged looks to lines, the confusion matrix and the sums. Used by tests/real/run and tests/verdicts/run.
# A judged scene is OUT/verdict.json: {name, label, healthy, decidable, one: {cells, faults, ms}, window: {...}, weaker: [text],
# passed}; null for a look that was not taken.
# shellcheck shell=bash
verdicts_dir=${BASH_SOURCE%/*}

# judge_scene OUT: judge the looks `one` and `window` kept in OUT; writes OUT/verdict.json.
judge_scene() {
	local dir=$1 look
	for look in one window; do
		echo null >"$dir/$look.judged"
		[[ -e $dir/$look.meta ]] || continue
		jq empty "$dir/$look.json" 2>/dev/null || echo null >"$dir/$look.json"
		jq -nc --arg look $look --slurpfile expect_file "$dir/expect.json" --slurpfile doc "$dir/$look.json" \
			--slurpfile meta_file "$dir/$look.meta" \
			'$expect_file[0] as $expect | $meta_file[0] as $meta | '"$(<"$verdicts_dir/judge.jq")" >"$dir/$look.judged"
	done
	weaker "$dir" >"$dir/weaker"
	jq -nc --slurpfile weaker "$dir/weaker" --slurpfile e "$dir/expect.json" --slurpfile one "$dir/one.judged" --slurpfile window "$dir/window.judged" '
		def fatal: [.faults[] | select(. != "incomplete" or $e[0].healthy)];
		def less_is_seen: any($e[0].off[]?; . == "calls" or . == "state");
		($e[0] | {name, "label": .label, healthy, decidable: (.decidable != false), at_once: (.at_once != false)})
		+ {one: $one[0], window: $window[0], weaker: $weaker[0]}
		| . + {passed: ([.one, .window | values | fatal[]] + .weaker == []
		        and (.decidable == false or all(.window.cells[]?; .status == "ok" or (less_is_seen and .status != "wrong"))))}' >"$dir/verdict.json"
}

# The more is watched, the surer: where that is not so, as a JSON list. The looks stand in the order of what they saw.
weaker() {
	local dir=$1 look taken=()
	for look in one two five window; do
		[[ ! -e $dir/$look.meta ]] || ! jq -e 'type == "object"' "$dir/$look.json" >/dev/null 2>&1 || taken+=("$look")
	done
	for look in "${taken[@]}"; do
		jq -c --arg look "$look" --slurpfile doc "$dir/$look.json" '. + {look: $look, doc: $doc[0]}' "$dir/$look.meta"
	done | jq -sc -f "$verdicts_dir/weaker.jq"
}

# One line: scene, label, what each look said, how right, milliseconds.
print_scene() {
	jq -r '
		def side: (.cells | map("\(.got) \(.confidence) [\(.status)]") | join(" + ")) + (if .faults == [] then "" else " !" + (.faults | unique | join(" !")) end)
			+ " \(.ms)ms";
		"\(if .passed then "ok  " else "FAIL" end) \(.name): \(if .decidable then "" else "(undecidable in 10 s) " end)" + ([(.one | values | "one look: " + side), (.window | values | "window: " + side), (.weaker[]? | "weaker: " + .)] | join("; "))' "$1/verdict.json"
}

# The faults that one look can decide: not what only a failing call shows, for that leaves nothing behind.
cells_at_once='.[] | select((.healthy | not) and .at_once) | .one.cells[]? | select(.label != "port-taken")'

# print_matrix LOOK FILE...: rows are labels, columns the first finding of the labelled process ("-" is none).
print_matrix() {
	local look=$1
	shift
	jq -r --arg look "$look" '.[$look].cells[]? | "\(.label)\t\(.got)"' "$@" | awk -F'\t' '
		function letter(i) { return i <= 26 ? substr("abcdefghijklmnopqrstuvwxyz", i, 1) : substr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", i - 26, 1) }
		function name(id) { if (!(id in at)) { at[id] = ++n; names[n] = id } return at[id] }
		{ label[$1] = 1; name($1); name($2); cell[$1, $2]++ }
		END {
			for (i = 1; i <= n; i++) printf "%4s", letter(i)
			print "   <- first finding"
			for (i = 1; i <= n; i++) {
				if (!(names[i] in label)) { rest = rest "      (column " letter(i) ": " names[i] ")\n"; continue }
				for (j = 1; j <= n; j++) { c = cell[names[i], names[j]]; printf "%4s", c ? c : "." }
				printf "   %s %s\n", letter(i), names[i]
			}
			printf "%s", rest
		}'
}

# The sums of the contract's bars over all judged scenes.
print_sums() {
	jq -rs '
		def percent($n): if $n == 0 then "-" else "\(100 * . / $n | floor)%" end;
		def median: sort | .[length / 2 | floor];
		[.[] | select(.healthy | not)] as $faults
		| ['"$cells_at_once"'] as $one | [$faults[] | select(.decidable) | .window.cells[]?] as $window
		| ([$one[] | select(.status == "ok")] | length) as $one_ok
		| ([$window[] | select(.status == "ok")] | length) as $window_ok
		| ([.[] | .one, .window | values | .faults[]]) as $bad
		| "one look: \($one_ok) of \($one | length) right with likely or certain (\($one_ok | percent($one | length)); bar 60%)",
		  "window:   \($window_ok) of \($window | length) that 10 s decide (\($window_ok | percent($window | length)); bar 100%), \([$window[] | select(.status == "miss")] | length) missed, \([$window[] | select(.status == "wrong")] | length) wrong, \([$window[] | select(.status == "candidate")] | length) only candidates",
		  "wrong certain: \([$bad[] | select(startswith("wrong-certain"))] | length) (bar 0); false alarms: \([$bad[] | select(startswith("false-alarm"))] | length) (bar 0)",
		  "time to verdict: one look median \([.[].one.ms] | median) ms, worst \([.[].one.ms] | max) ms; window median \([.[].window.ms] | median) ms"' "$@"
}

# meets_one_look_bar FILE...: at least 60% of the faults right from one look.
meets_one_look_bar() {
	jq -es "[$cells_at_once]"' | length == 0 or ([.[] | select(.status == "ok")] | length) * 100 >= 60 * length' "$@" >/dev/null
}

# side_by_side JOBS FUNCTION ARG...: FUNCTION ARG for every ARG, so many at a time; all end when we are told to.
side_by_side() {
	local jobs=$1 function=$2 argument
	shift 2
	trap 'trap "" TERM; kill -- $(jobs -p) 2>/dev/null; wait; exit 130' INT TERM HUP
	for argument in "$@"; do
		while (($(jobs -rp | wc -l) >= jobs)); do wait -n; done
		"$function" "$argument" &
	done
	wait
}

# What is known to be judged wrongly, one name a line with the reason. It fails when it is right, so that the list shrinks;
# where the reason begins with "sometimes," it may be either.
not_yet() {
	case $(sed -n "s/^$1: //p" "${NOT_YET:-$verdicts_dir/not-yet}") in
	'') ;;
	sometimes,*) echo sometimes ;;
	*) echo always ;;
	esac
}

# tell OUT STATUS LINE: what became of a scene: passed, failed, skipped, or not-yet.
tell() {
	echo "$2" >"$1/status"
	echo "$3"
}

judge_and_tell() {
	local name passed line
	judge_scene "$1"
	name=$(jq -r .name "$1/verdict.json")
	passed=$(jq .passed "$1/verdict.json")
	line=$(print_scene "$1")
	case $passed-$(not_yet "$name") in
	true-always) tell "$1" failed "FAIL $name: it is right now, take it out of tests/verdicts/not-yet; $line" ;;
	true-*) tell "$1" passed "$line" ;;
	false-always | false-sometimes) tell "$1" not-yet "todo ${line#FAIL }" ;;
	*) tell "$1" failed "$line" ;;
	esac
}

# sum_up OUT...: the matrices, the sums, and the last line. True if nothing failed and the bars are met.
sum_up() {
	local out verdicts=() passed=0 failed=0 skipped=0 not_yet=0 bar=0 look
	for out in "$@"; do
		case $(cat "$out/status" 2>/dev/null) in
		passed) passed=$((passed + 1)) ;;
		skipped) skipped=$((skipped + 1)) ;;
		not-yet) not_yet=$((not_yet + 1)) ;;
		*) failed=$((failed + 1)) ;;
		esac
		[[ ! -e $out/verdict.json ]] || verdicts+=("$out/verdict.json")
	done
	if ((${#verdicts[@]})); then
		for look in $(jq -r '(.one | values | "one"), (.window | values | "window")' "${verdicts[@]}" | sort -u); do
			echo && echo "confusion matrix, $look (label x first finding of its process)"
			print_matrix "$look" "${verdicts[@]}"
		done
		echo && print_sums "${verdicts[@]}"
		# A few scenes chosen by hand are no sample.
		meets_one_look_bar "${verdicts[@]}" || ((${#verdicts[@]} < 20)) || bar=1
	fi
	((not_yet == 0)) || echo "$not_yet not right yet, as tests/verdicts/not-yet says"
	echo "$passed passed, $failed failed, $skipped skipped"
	((failed == 0 && bar == 0))
}
