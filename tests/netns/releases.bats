#!/usr/bin/env bats
# Which release of a service leaves connections unfinished: told by what runs, and the same by files and through a hub.
bats_require_minimum_version 1.5.0
load web.bash
load hub.bash

# fetch FOLDER MARK: a release of a script, that keeps a connection which its server has finished.
fetch() {
	mkdir -p "$work/$1"
	cat >"$work/$1/new" <<-PYTHON
		# $2
		import ctypes, socket, time
		ctypes.CDLL(None).prctl(1, 9) # PR_SET_PDEATHSIG
		server = socket.create_server(("127.0.0.1", 0))
		kept = socket.create_connection(server.getsockname())
		server.accept()[0].close()
		open("$work/fetched-$2", "w")
		time.sleep(100)
	PYTHON
	mv "$work/$1/new" "$work/$1/fetch.py"
}

# As deployments do: a link goes on to the new release, and the service is started again by the same words.
start() { # FOLDER MARK
	ln -sfn "$1" "$work/current"
	inside python3 "$work/current/fetch.py" --password=swordfish 3>&- &
	started+=($!)
	until_there test -e "$work/fetched-$2"
}

releases() { "$UNFIN" fleet releases python3 "$work/run/moment" --json | jq -r --arg word "$1" '.releases[].release | select(contains($word))'; }
rows() { jq -c '[.releases[] | [.release, .hosts, .leaking, .processes, .unfinished]] | sort'; }

@test "each release of a script is one, and files and a hub name it alike" {
	fetch 1 one
	start 1 one
	look
	one=$(releases "fetch.py")
	sleep 0.2 # what is written within 0.1 s after a start may be what was started
	fetch 2 two
	start 2 two
	look
	run -0 --separate-stderr "$UNFIN" fleet releases python3 "$work/run/moment" --json
	[ "$(jq '.releases | length' <<<"$output")" = 3 ] # and the leak of setup(), which has no script
	jq -e '[.releases[].release] | all(test("^/.*python3[^ ]* \\([0-9a-f]{8}\\)"))' <<<"$output"
	# At the time of the first look its script was what it had been started with; now the link leads elsewhere.
	[[ $one == *"$work/1/fetch.py ("*")" ]]
	[[ $(releases "$work/2/fetch.py") == *"$work/2/fetch.py ("*")" ]]
	[[ $(releases "$work/current/fetch.py") == *"$work/current/fetch.py" ]]
	[[ $output != *swordfish* ]]
	hub hub
	uplink up 00000000000000a1 --hub http://127.0.0.1:9780
	until_there stored_is 'SELECT count(*) FROM looks' 1
	diff <(rows <<<"$output") <("$UNFIN" fleet releases python3 --hub "$work/hub/hub.db" --json | rows)
	# What a host has open it tells by release, too.
	stored_is "SELECT count(DISTINCT \"release\") FROM rollups WHERE service = 'python3'" 3
	# That another one was started is told once.
	sleep 0.2
	fetch 3 three
	start 3 three
	look
	until_there stored_is 'SELECT count(*) FROM looks' 2
	look
	until_there stored_is 'SELECT count(*) FROM looks' 3
	[ "$(stored "SELECT service, kind, error FROM events WHERE \"release\" GLOB '*$work/3/fetch.py (????????)'")" = 'python3|release|' ]
}

@test "a script that was written over is another release, and what was started before it is not taken for it" {
	fetch 1 one
	start 1 one
	look
	one=$(releases fetch.py)
	sleep 0.2 # what is written within 0.1 s after a start may be what was started
	fetch 1 two
	start 1 two
	look
	run -0 --separate-stderr "$UNFIN" fleet releases python3 "$work/run/moment" --json
	jq -e --arg one "$one" '[.releases[].release | select(contains("fetch.py"))] |
		length == 2 and all(. != $one) and (map(select(endswith(")"))) | length == 1)' <<<"$output"
}
