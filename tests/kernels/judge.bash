# What a guest has left in RESULTS, as lines: THING<tab>ok, or what is wrong. Used by tests/kernels/run.
# shellcheck shell=bash disable=SC2016 # what is in single quotes is jq's
# shellcheck source=tests/verdicts/report.bash
source tests/verdicts/report.bash

tell_thing() { printf '%s\t%s\n' "$1" "${2:-ok}"; } # THING [WRONG]

# Of a file that is empty jq says nothing, and nothing is what is said where nothing is wrong.
wrong_in() { # FILE JQ...
	[ -s "$1" ] || { echo "no answer"; return; }
	jq -r "${@:2}" "$1" 2>&1 | paste -sd';'
}

judge_doctor() { # RESULTS
	if [ -s "$1/doctor.json" ]; then
		jq -r '.features[] | "doctor: \(.id)\t\(if .ok then "ok" else .why end)"' "$1/doctor.json"
	else
		tell_thing doctor "no answer"
	fi
}

# The kernel places the programs where nobody can read its types; libbpf does where they may not be run to load others.
judge_ways() { # RESULTS
	local way

	for way in kernel libbpf; do
		tell_thing "loaded by: $way" "$(wrong_in "$1/doctor-by-$way.json" '[.features[] | select(.id == ("iterators", "hiding", "failing-calls"))]
			| if length != 3 then "no answer" else .[] | select(.ok | not) | "\(.id): \(.why)" end')"
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
	tell_thing "blame: stacks" "$(wrong_in "$1/blame.json" 'if .opened == 0 then "no opening seen" elif .capture_ns == 0 then "no stack frozen"
		elif (.sites | length) == 0 then "no place" else empty end')"
}

# Each budget has taken a port as foretold, or was refused as foretold.
judge_ports() { # RESULTS
	local file fault

	for file in "$1"/ports-*.json; do
		fault=${file##*/ports-}
		tell_thing "ports: ${fault%.json}" "$(wrong_in "$file" '[.bind[], .connect[]]
			| if . == [] then "nothing to probe" else .[] | select(.probe.agrees | not)
			  | "\(.address // .destination): \(.free) free, probe \(.probe | tojson)" end')"
	done
}

judge_basics() { # RESULTS
	judge_doctor "$1" && judge_ways "$1" && judge_watch "$1" && judge_blame "$1" && judge_ports "$1"
}

# Each has told the one line that fails, and leaked before.
judge_runtimes() { # RESULTS
	local log name

	for log in "$1"/runtimes/*.err; do
		[ -e "$log" ] || continue
		name=${log##*/}
		tell_thing "blame: ${name%.err}" "$(wrong_in "${log%.err}.json" 'if (.sites | length) != 1 or .unattributed != 0 then "\(.sites | length) places, \(.unattributed) without one"
			elif (.sites[0] | .count == 5 and (.function // "" | test("(^|[.])fetch$")) and .line > 0) then empty
			else .sites[0] | tojson end')"
	done
}

# What each way to destroy was seen to do in its self-test; and that what it destroyed was gone.
judge_reclaim() { # RESULTS
	[ -e "$1/reclaim.json" ] || return 0
	local way kind

	for way in bpf sock-destroy; do
		for kind in spares close_wait fin_wait2 orphan time_wait; do
			[ "$way-$kind" != bpf-time_wait ] || continue # a small socket, which its program leaves alone
			tell_thing "reclaim: $way $kind" "$(wrong_in "$1/reclaim.json" --arg way "$way" --arg kind "$kind" '[.methods[] | select(.method == $way)]
				| if . == [] then "no such way" elif any(.[].proved[]; . == $kind) then empty else "not proved" end')"
		done
	done
	tell_thing "reclaim: a leak" "$(wrong_in "$1/reclaim-done.json" 'if (.done | length) == 0 then "nothing was destroyed"
		else [.done[] | select(.result != "destroyed") | "\(.result) \(.errno)"] | group_by(.)[] | "\(length) \(.[0])" end')"
}

kept_calls() { # KEPT: process, call, errno and how often
	sqlite3 -separator ' ' "$1" "select pid, substr('bind   connectlisten accept socket ', call * 7 + 1, 7), error, sum(count)
		from failure join process on process.rowid = failure.process + 1 group by 1, 2, 3" | tr -s ' ' | LC_ALL=C sort
}

# All but what differs from run to run: times, and ports that the kernel chose.
kept_rows() { # KEPT
	sqlite3 "$1" 'select call, error, target, source, many, count from failure order by 1, 2, 3, 4, 6' \
		"select replace(replace(replace(replace(\"end\", ':40000', ''), ':40001', ''), ':40002', ''), ':40003', ''), as_client, as_server,
			opened, first, after, reset, aborted, unaccepted, refused, timed_out, unreachable, no_port, given_up, failed, left
			from traffic order by 1, 2, 3, 4, 5, 10"
}

# Opened and ended, and each failure to connect as its errno has it.
kept_books() { # KEPT
	sqlite3 "$1" "with t as (select sum(opened) opened, sum(refused) refused, sum(timed_out) timed_out, sum(no_port) no_port,
			sum(first + after + reset + aborted + unaccepted + refused + timed_out + unreachable + no_port + given_up + failed) ended
			from traffic), c as (select sum(count * (error = 111)) refused, sum(count * (error = 110)) timed_out,
			sum(count * (error = 99)) no_port from failure where call = 1)
		select 'opened ' || opened || ', ended ' || (ended + ifnull((select sum(count) from departure where not unanswered), 0)) ||
			', refused ' || t.refused || ', timed out ' || t.timed_out || ', without a port ' || t.no_port
		from t, c where opened != ended + ifnull((select sum(count) from departure where not unanswered), 0)
			or t.refused != c.refused or t.timed_out != c.timed_out or t.no_port != c.no_port"
}

# By each way what the program itself has counted; and both ways alike.
judge_calls() { # RESULTS
	[ -e "$1/calls" ] || return 0
	local way hook

	for way in returns exits; do
		hook=$([ "$way" = returns ] && echo hook-bind || echo hook-calls)
		tell_thing "calls: by $way" "$(wrong_in "$1/calls/$way.doctor" --arg hook "$hook" '[.features[] | select(.id == $hook)]
			| if . == [] then "not attached" else .[] | select(.ok | not) | .why end')"
		tell_thing "calls: account by $way" "$(diff <(LC_ALL=C sort "$1/calls/$way.account") <(kept_calls "$1/calls/$way.kept" 2>&1) | paste -sd';')"
		tell_thing "calls: books by $way" "$(kept_books "$1/calls/$way.kept" 2>&1 | paste -sd';')"
	done
	tell_thing "calls: alike" "$(diff <(kept_rows "$1/calls/returns.kept" 2>&1) <(kept_rows "$1/calls/exits.kept" 2>&1) | paste -sd';')"
}

# What has nothing to do with sockets pays for exits, not for returns. (5%: what the guest does beside.)
judge_toll() { # RESULTS
	[ -e "$1/toll" ] || return 0
	local of=() way each

	for way in nothing returns exits; do
		read -r _ each <"$1/toll/$way" || each=0
		of+=("$each")
	done
	tell_thing "toll: other calls" "$(awk -v nothing="${of[0]}" -v returns="${of[1]}" -v exits="${of[2]}" 'BEGIN {
		if (!nothing || !returns || returns > 1.05 * nothing || exits < 1.1 * nothing)
			printf "%s ns with nothing, %s by returns, %s by exits", nothing, returns, exits }')"
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
