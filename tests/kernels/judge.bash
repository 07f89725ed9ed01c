# What a guest has left in RESULTS, as lines: THING<tab>ok, or what is wrong. Used by tests/kernels/run.
# shellcheck shell=bash
# shellcheck source=tests/verdicts/report.bash
source tests/verdicts/report.bash

tell_thing() { printf '%s\t%s\n' "$1" "${2:-ok}"; } # THING [WRONG]

judge_doctor() { # RESULTS
	jq -r '.features[] | "doctor: \(.id)\t\(if .ok then "ok" else .why end)"' "$1/doctor.json" ||
		tell_thing doctor "no answer"
}

# The kernel places the programs where nobody can read its types; libbpf does where they may not be run to load others.
judge_ways() { # RESULTS
	local way

	for way in kernel libbpf; do
		tell_thing "loaded by: $way" "$(jq -r '[.features[] | select(.id == ("iterators", "hiding", "failing-calls"))]
			| if length != 3 then "no answer" else .[] | select(.ok | not) | "\(.id): \(.why)" end' \
			"$1/doctor-by-$way.json" 2>&1 | paste -sd';')"
	done
}

judge_watch() { # RESULTS
	local event

	for event in opened accepted fin_received closed; do
		tell_thing "watch: $event" "$(jq -r --arg event "$event" -n '[inputs | select(.event == $event)]
			| if . == [] then "none seen" else empty end' "$1/watch.jsonl" 2>&1 | paste -sd';')"
	done
}

# Stacks are frozen: a line they have not, for what is watched there is static.
judge_blame() { # RESULTS
	tell_thing "blame: stacks" "$(jq -r 'if .opened == 0 then "no opening seen" elif .capture_ns == 0 then "no stack frozen"
		elif (.sites | length) == 0 then "no place" else empty end' "$1/blame.json" 2>&1 | paste -sd';')"
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

# What each way to destroy was seen to do in its self-test; and that what it destroyed was gone.
judge_reclaim() { # RESULTS
	[ -e "$1/reclaim.json" ] || return 0
	local way kind

	for way in bpf sock-destroy; do
		for kind in spares close_wait fin_wait2 orphan time_wait; do
			[ "$way-$kind" != bpf-time_wait ] || continue # a small socket, which its program leaves alone
			tell_thing "reclaim: $way $kind" "$(jq -r --arg way "$way" --arg kind "$kind" '[.methods[] | select(.method == $way)]
				| if . == [] then "no such way" elif any(.[].proved[]; . == $kind) then empty else "not proved" end' \
				"$1/reclaim.json" 2>&1 | paste -sd';')"
		done
	done
	tell_thing "reclaim: a leak" "$(jq -r 'if (.done | length) == 0 then "nothing was destroyed"
		else .done[] | select(.result != "destroyed") | "\(.result) \(.errno)" end' "$1/reclaim-done.json" 2>&1 | sort | uniq -c | paste -sd';')"
}

judge_sources() { # RESULTS
	local folder

	[ -e "$1/sources" ] || return 0
	for folder in "$1"/sources/*; do
		if [ ! -s "$folder/before" ]; then tell_thing "sources: ${folder##*/}" "there is only one"; continue; fi
		tell_thing "sources: ${folder##*/}" "$(jq -rn --slurpfile before "$folder/before" --slurpfile other "$folder/other" \
			--slurpfile after "$folder/after" --argjson links '[[]]' --argjson ledger '[]' -f tests/agree/agree.jq 2>&1 |
			head -n 3 | paste -sd';')"
	done
}

judge_wire() { # RESULTS NAME CONDITION: of jq, on what was seen
	if jq -es ".[0] | $3" "$1/wires/$2.json" >/dev/null 2>&1; then
		tell_thing "wires: $2"
	else
		tell_thing "wires: $2" "not so: $3"
	fi
}

judge_wires() { # RESULTS
	[ -e "$1/wires" ] || return 0
	judge_wire "$1" lossy '.verdict == "ok"'
	judge_wire "$1" lossy-list '[.sockets[] | select(.state == "established")] | length >= 10'
	judge_wire "$1" silent 'any(.findings[]; .id == "half-open" and .subject.comm == "nc" and .count == 10)'
	judge_wire "$1" vrf-check '.verdict == "ok" and .findings == []'
	judge_wire "$1" vrf-both '[.port[].would[].probe_agrees] | length > 0 and all'
	judge_wire "$1" vrf-one '[.port[].would[].probe_agrees] | length > 0 and all'
	judge_wire "$1" vrf-budget '[.bind[], .connect[]] | length == 2 and all(.probe.agrees and .free == 100)'
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
