# What the tests of `unfin web` share: a server in a namespace of its own, and one way to ask it.
# shellcheck shell=bash

need_web() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN
	[ -x "${UNFIN%/*}/unfin-web" ] || skip "unfin-web is not built (libmicrohttpd-dev is missing)"
	command -v curl >/dev/null || skip "curl is not installed"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	netns=unfin-web-$BATS_TEST_NUMBER-$$
	ip netns add "$netns"
	inside ip link set lo up
	started=()
}

end_web() {
	for pid in "${started[@]}"; do kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; done
	[ -z "${netns-}" ] || ip netns del "$netns"
}

inside() { ip netns exec "$netns" "$@"; }

# golden NAME: a kept moment as a file
golden() {
	[ -e "$BATS_FILE_TMPDIR/$1" ] || sqlite3 "$BATS_FILE_TMPDIR/$1" <"$BATS_TEST_DIRNAME/../golden/$1.sql"
	echo "$BATS_FILE_TMPDIR/$1"
}

# folder NAME: a run folder as the collector leaves it, of that kept moment
folder() {
	local run=$BATS_TEST_TMPDIR/run
	mkdir -p "$run"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" "$run"
	install -m 640 "$(golden "$1")" "$run/moment.new"
	mv "$run/moment.new" "$run/moment"
	"$UNFIN" check --quiet --from "$run/moment" --textfile "$run/metrics" || [ $? -le 3 ]
	echo '{"interval_ms": 10000}' >"$run/agent.json"
	echo "$run"
}

# serve ARGS...: starts it, and waits until it answers
serve() {
	UNFIN_FILTER="kill" ip netns exec "$netns" "$UNFIN" web "$@" 2>"$BATS_TEST_TMPDIR/log" 3>&- &
	started+=($!)
	for _ in $(seq 200); do
		! grep -q '^unfin: serving' "$BATS_TEST_TMPDIR/log" || return 0
		kill -0 "${started[-1]}" 2>/dev/null || break
		sleep 0.05
	done
	cat "$BATS_TEST_TMPDIR/log"
	return 1
}

ask() { inside curl -sS -m 20 "$@"; }
status_of() { ask -o /dev/null -w '%{http_code}' "$@"; }
export site=http://127.0.0.1:9779

# refuses <<PATH|STATUS|WORDS: each is an error of that status, whose document has the words
refuses() {
	local path status words
	while IFS='|' read -r path status words; do
		[ "$(status_of "$site$path")" = "$status" ] || { echo "$path: $(status_of "$site$path")"; return 1; }
		ask "$site$path" | jq -e --arg words "$words" '.schema == "unfin.error/1" and ([.what, .why, .mend] | tostring | contains($words))' ||
			{ ask "$site$path"; return 1; }
	done
}
