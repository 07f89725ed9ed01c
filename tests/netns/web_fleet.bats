#!/usr/bin/env bats
# unfin web of a fleet: the documents of `unfin fleet` over HTTP, from a process that has read the files and can do no more.
bats_require_minimum_version 1.5.0
load web.bash

setup() {
	need_web
	cd "$BATS_TEST_TMPDIR" || return
	files=("one-$$.unfin" "two-$$.unfin") # by which our own processes are known
	cp "$(golden incident-window)" "${files[0]}"
	cp "$(golden gc-pool-window)" "${files[1]}"
}
teardown() { end_web; }

# said FILE QUESTION...: what the command line says
said() { "$UNFIN" fleet "${@:2}" "${files[@]}" --json >"$1" || [ $? -le 3 ]; }

# The server's process, the one that can read again, and the one that has read.
processes() { pgrep -f "unfin web --fleet ${files[0]}"; }

@test "the documents are those of unfin fleet, byte for byte" {
	serve --fleet "${files[@]}"
	for question in status pairs leaks ports half-open stale-pools; do
		said said.json "$question"
		diff said.json <(ask "$site/api/v1/fleet/$question")
	done
	ask -D head "$site/api/v1/fleet/pairs?limit=1" | jq -e '.pairs | length == 1'
	grep -qi "^unfin-rows-total: $(jq '.pairs | length' <("$UNFIN" fleet "${files[@]}" --json))" head
	[ "$(ask "$site/api/v1/fleet/pairs?limit=0" | jq -c '[(.pairs | length), .shown.none]')" = '[1,null]' ] # that there is none is not said of what was cut
	tuple=$(jq -r '.pairs[0].ours.socket' <(ask "$site/api/v1/fleet/pairs"))
	[ -n "$tuple" ]
	said said.json peer "$tuple"
	diff said.json <(ask -G --data-urlencode "tuple=$tuple" "$site/api/v1/fleet/peer")
	service=$(jq -r '.pairs[0].ours.service' <(ask "$site/api/v1/fleet/pairs"))
	said said.json releases "$service"
	diff said.json <(ask -G --data-urlencode "service=$service" "$site/api/v1/fleet/releases")
	ask "$site/api/v1/" | jq -e '[.paths[].path] | (map(select(startswith("/api/v1/fleet/"))) | length == 8) and all(.[]; . != "/metrics")'
	ask "$site/" | grep -q "data-fleet=\"${files[*]}\""
}

@test "who asks wrongly is told what, and a host's documents are not a fleet's" {
	serve --fleet "${files[@]}"
	refuses <<-'E'
		/api/v1/fleet/peer|400|peer needs TUPLE, like 10.0.0.1:40000-10.0.0.2:5432
		/api/v1/fleet/peer?tuple=x|400|is no connection
		/api/v1/fleet/peer?tuple=%0Apairs|400|a line is no word
		/api/v1/fleet/peer?tuple=192.0.2.1:1|404|no file has an unfinished end of 192.0.2.1:1
		/api/v1/fleet/releases|400|releases needs SERVICE
		/api/v1/fleet/pairs?tuple=1|400|it takes limit
		/api/v1/fleet/pairs?limit=x|400|number of rows
		/api/v1/fleet/leak|404|did you mean /api/v1/fleet/leaks?
		/api/v1/check|404|/api/v1/ lists
		/metrics|404|/api/v1/ lists
	E
	ask "$site/api/v1/fleet/pairs" | jq -e '.schema == "unfin.fleet.pairs/1"' # and it still answers
}

@test "nobody of them has a right, and none stays" {
	serve --fleet "${files[@]}"
	mapfile -t all < <(processes)
	[ ${#all[@]} = 3 ]
	for want in 'Uid:.65534' 'CapEff:.0000000000000000' 'CapPrm:.0000000000000000' 'NoNewPrivs:.1' 'Seccomp:.2'; do
		grep -qE "^$want" "/proc/${started[0]}/status"
	done
	for want in 'CapEff:.0000000000000000' 'CapPrm:.0000000000000000' 'NoNewPrivs:.1' 'Seccomp:.2'; do
		grep -qE "^$want" "/proc/${all[2]}/status"
	done
	kill "${started[0]}"
	wait "${started[0]}"
	for _ in $(seq 100); do processes >/dev/null || return 0; sleep 0.05; done
	return 1
}

@test "who has read is gone: that is said, and nothing else is made up" {
	serve --fleet "${files[@]}"
	kill -KILL "$(processes | tail -n 1)"
	for path in /api/v1/fleet/pairs /api/v1/fleet/status; do
		[ "$(status_of "$site$path")" = 503 ]
		ask "$site$path" | jq -e '.mend == "start unfin web again"'
	done
	[ "$(status_of "$site/")" = 503 ]
}

@test "what cannot be shown together is refused, and what can is told" {
	run -2 --separate-stderr inside "$UNFIN" web --fleet
	[[ $stderr == *"--fleet needs the kept moments of its hosts"*"unfin web --fleet"* ]]
	run -2 --separate-stderr inside "$UNFIN" web --fleet --from "${files[0]}" "${files[1]}"
	[[ $stderr == *"either one host, --from, or a fleet"* ]]
	run -2 --separate-stderr inside "$UNFIN" web --fleet --hub hub.db "${files[1]}"
	[[ $stderr == *"either a hub's store or kept moments, not both"* ]]
	run -2 --separate-stderr inside "$UNFIN" web "${files[0]}"
	run -2 --separate-stderr inside "$UNFIN" web --fleet missing.unfin
	[[ $stderr == *"cannot open missing.unfin"* && $stderr != *serving* ]]
	run -2 --separate-stderr inside "$UNFIN" web --hub missing.db
	[[ $stderr == *"cannot read missing.db"* && $stderr != *serving* ]]
}
