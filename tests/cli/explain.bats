#!/usr/bin/env bats
# unfin explain, as a person at a terminal and a script in a pipe meet it.
# shellcheck disable=SC2154 # $stderr is set by run --separate-stderr
bats_require_minimum_version 1.5.0

setup() {
	export TOP=${TOP:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	export PATH=${UNFIN:+${UNFIN%/*}:}$TOP/build:$PATH
}

@test "every name of the contract has its page: states, causes, errnos, settings" {
	local word
	for word in established syn_sent syn_recv fin_wait1 fin_wait2 time_wait close close_wait last_ack listen closing \
		never-closed slow-handler accept-queue hung-owner inherited-fd stale-pool half-closed unread-data \
		peer-stalled half-open ownerless peer-never-closes peer-unreachable connection-churn ports-exhausted \
		port-taken fd-limit listen-overflow orphan-limit conntrack-full time-wait-overflow tcp-memory bad-sysctl \
		unexplained-failure address-absent not-served EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EMFILE ENFILE ECONNREFUSED ECONNRESET ECONNABORTED ETIMEDOUT EPIPE ENOBUFS \
		net.ipv4.ip_local_port_range tcp_tw_reuse tcp_fin_timeout somaxconn; do
		unfin explain "$word" >/dev/null || { echo "no page: $word"; return 1; }
	done
}

@test "a state in any spelling is drawn with its mark" {
	local word
	for word in TIME_WAIT time-wait TimeWait "time wait" TCP_TIME_WAIT; do
		run -0 unfin explain "$word"
		[[ $output == TIME-WAIT:* && $output == *"^ you are here"* && $output == *"2 MSL"* ]]
	done
}

@test "a pasted message leads to the command, with its port" {
	run -0 unfin explain 'nginx: [emerg] bind() to 0.0.0.0:8443 failed (98: Address already in use)'
	[[ ${lines[0]} == "EADDRINUSE (98) from bind(), 0.0.0.0:8443" && $output == *"unfin ports 8443"* ]]
	run -0 unfin explain connect EADDRNOTAVAIL 10.0.0.1:80
	[[ ${lines[0]} == "EADDRNOTAVAIL (99) from connect(), 10.0.0.1:80" && $output == *"unfin check"* ]]
}

@test "a stack trace on stdin" {
	run -0 unfin explain - <<<"java.net.BindException: Address already in use (Bind failed)
	at java.net.Socket.<init>(Socket.java:454)"
	[[ ${lines[0]} == "EADDRINUSE (98) from bind() of a client" ]]
}

@test "a message that nobody knows leads on, too" {
	run -0 unfin explain 'upstream went away for good'
	[[ ${lines[0]} == "This message is not known here."* && $output == *"unfin check --window"* ]]
	run -0 unfin explain --json 'upstream went away for good'
	jq -e '.topic == null and .text == null and (.way_on | length > 0)' <<<"$output"
	run -2 unfin explain clsoe wait
}

@test "connect() says EADDRNOTAVAIL for three reasons: all are named, none is asserted first" {
	run -0 unfin explain 'dial tcp 192.0.2.5:443: connect: cannot assign requested address'
	[[ $output == *"three reasons"*ports-exhausted*address-absent*port-taken* ]]
}

@test "alone it lists all there is" {
	run -0 unfin explain
	[[ $output == *States*Causes*Errors*Settings* ]]
	[ "$(unfin explain --json | jq '.topics | length')" = "$(find "$TOP/docs/causes" "$TOP/docs/words" -name '*.md' | wc -l)" ]
}

@test "what is not known: the nearest right word, exit 2" {
	run -2 --separate-stderr unfin explain clsoe-wait
	[[ -z $output && $stderr == *"did you mean close-wait?"* ]]
	run -2 --separate-stderr unfin explain net.ipv4.tcp_tw_reus
	[[ $stderr == *"did you mean tcp_tw_reuse?"* ]]
	run -2 --separate-stderr unfin explain $'\e[31mred\xff'
	[[ $stderr != *$'\e'* ]]
}

@test "JSON of each page parses and keeps its names" {
	local page
	for page in $(unfin explain --json | jq -r '.topics[].topic'); do
		unfin explain "$page" --json
	done >"$BATS_TEST_TMPDIR/pages"
	jq -es --argjson all "$(unfin explain --json)" 'map(.topic) == ($all.topics | map(.topic)) and
		all(.[]; .schema == "unfin.explain/1" and (.kind | IN("state", "cause", "errno", "sysctl", "variable")) and
			(.title | length > 0) and (.text | length > 100) and (.way_on | type == "array"))' "$BATS_TEST_TMPDIR/pages"
}

@test "no colours, no trailing blanks and no wide lines into a pipe" {
	local page
	for page in $(unfin explain --json | jq -r '.topics[].topic'); do
		unfin explain "$page"
	done >"$BATS_TEST_TMPDIR/pages"
	run -1 grep -nP '\e|[ \t]$|.{101}|[^\x00-\x7F]' "$BATS_TEST_TMPDIR/pages"
}

@test "colour where it is asked for, not where NO_COLOR stands" {
	unfin explain close-wait --color=always | grep -q $'\e\\[1m'
	run -1 grep -q $'\e' <(NO_COLOR=1 unfin explain close-wait)
}

@test "pages name no command that is not there" {
	unfin --help | awk '/^  [a-z]/ { print $1 }' | sort -u >"$BATS_TEST_TMPDIR/there"
	{
		grep -rhoE '(`|^ +)unfin [a-z]+' "$TOP/docs/causes" "$TOP/docs/words"
		for number in $(seq 1 133); do unfin explain "$number" --json 2>/dev/null || true; done | jq -r '.way_on[]?.command'
	} | grep -oE 'unfin [a-z]+' | awk '{ print $2 }' | sort -u >"$BATS_TEST_TMPDIR/named"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/named")" -ge 2 ]
	run comm -13 "$BATS_TEST_TMPDIR/there" "$BATS_TEST_TMPDIR/named"
	[ -z "$output" ] || { echo "not there: $output"; return 1; }
}

@test "expressions in the pages are ones that list understands" {
	[ "$(id -u)" = 0 ] || skip "needs root: a look into a namespace of its own"
	local expression
	grep -rhoE "unfin list '[^']+'" "$TOP/docs" | sed "s/unfin list '//; s/'\$//; s/PORT/1/" | sort -u >"$BATS_TEST_TMPDIR/all"
	[ -s "$BATS_TEST_TMPDIR/all" ]
	while read -r expression; do
		unshare -n unfin list --netns self "$expression" >/dev/null || { echo "$expression"; return 1; }
	done <"$BATS_TEST_TMPDIR/all"
}

@test "pages of one kind have one shape, and fit two screens" {
	local page kind
	local -A headings=(
		[causes]="Who and where|Proof|Confused with|Fix in the code|Fix right now|Sources"
		[state]="What it means|In and out|Who must act|Healthy when|See it|Sources"
		[errno]="What it means|Sources"
		[sysctl]="What it does|Sources"
	)
	for page in "$TOP"/docs/causes/*.md "$TOP"/docs/words/*/*.md; do
		kind=$(basename "$(dirname "$page")")
		sed -n 's/^## //p' "$page" | sed 's/^What \(it\|they\) \(does\|do\|did\)$/What it does/' |
			grep -xE "${headings[$kind]}" | paste -sd'|' | grep -qxF "${headings[$kind]}" ||
			{ echo "${page##*/}: its headings are not: ${headings[$kind]}"; return 1; }
		[ "$(wc -l <"$page")" -le 80 ] || { echo "${page##*/}: more than 80 lines"; return 1; }
	done
}
