# What a guest has left in RESULTS, as lines: THING<tab>ok, or what is wrong. Used by tests/kernels/run.
# shellcheck shell=bash
# shellcheck source=tests/verdicts/report.bash
source tests/verdicts/report.bash

tell_thing() { printf '%s\t%s\n' "$1" "${2:-ok}"; } # THING [WRONG]

judge_doctor() { # RESULTS
	jq -r '.features[] | "doctor: \(.id)\t\(if .ok then "ok" else .why end)"' "$1/doctor.json" ||
		tell_thing doctor "no answer"
}

# Each budget has taken a port as foretold, or was refused as foretold.
judge_ports() { # RESULTS
	local file fault

	for file in "$1"/ports-*.json; do
		fault=${file##*/ports-}
		tell_thing "ports: ${fault%.json}" "$(jq -r '[.bind[], .connect[]]
			| if . == [] then "nothing to probe" else .[] | select(.probe.agrees | not)
			  | "\(.address // .destination): \(.free) free, probe \(.probe | tojson)" end' \
			"$file" 2>&1 | paste -sd';')"
	done
}

judge_sources() { # RESULTS
	local folder

	[ -e "$1/sources" ] || return 0
	for folder in "$1"/sources/*; do
		tell_thing "sources: ${folder##*/}" "$(jq -rn --slurpfile before "$folder/before" --slurpfile other "$folder/other" \
			--slurpfile after "$folder/after" --argjson links '[[]]' --argjson ledger '[]' -f tests/agree/agree.jq 2>&1 |
			head -n 3 | paste -sd';')"
	done
}

# What the scene itself says, in that form.
judge_wires() { # RESULTS
	[ ! -e "$1/wires" ] || cat "$1/wires"
}

judge_fault() { # UNFIN OUT: OUT ends in the name of the fault
	local fault=${2##*/}

	if [ ! -e "$2/window.meta" ]; then
		tell_thing "$fault" "the fault did not stand: $(tail -n 1 "$2/lab.err" 2>/dev/null)"
		return
	fi
	"$1" lab "$fault" --expect >"$2/expect.json"
	judge_scene "$2"
	tell_thing "$fault" "$(jq -r 'if .passed then empty
		else .window | (.cells | map("\(.got) \(.confidence) [\(.status)]") | join(" + ")) + (.faults | map(" !" + .) | add // "")
		end' "$2/verdict.json")"
}
