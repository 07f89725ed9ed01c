#!/usr/bin/env bats
# A fleet of eight hosts in namespaces, with NAT between some of them: both ends of each connection, against what was planted.
bats_require_minimum_version 1.5.0

# One fleet for all tests: it takes 7 s to make.
setup_file() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN
	unshare -n true 2>/dev/null || return 0
	command -v nft >/dev/null || return 0
	"$UNFIN" fleet lab "$BATS_FILE_TMPDIR/fleet" -q -- true
}

setup() {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	command -v nft >/dev/null || skip "there is no nft, which makes NAT"
	cd "$BATS_FILE_TMPDIR/fleet" || return
}

planted() { jq -cS '.pairs[] | {verdict, joined_by, count, ours: .ours.process, theirs: .theirs.process,
	hosts: [.ours.host, .other_host]}' | sort; }

@test "every planted verdict, through NAT, too, with the programs of both ends, and no other" {
	run -1 --separate-stderr "$UNFIN" fleet ./*.unfin --json
	diff -u <(jq -cS '.pairs[] | {verdict, joined_by, count, ours: .ours.process, theirs: .theirs.process,
		hosts: [.ours.host, .other_host]}' expected.json | sort) <(planted <<<"$output")
	jq -e --slurpfile is expected.json '.verdicts.healthy == $is[0].healthy and .verdicts.unknown == 0 and .coverage.complete' <<<"$output"
}

@test "the order of the files changes nothing" {
	run -1 --separate-stderr "$UNFIN" fleet ./*.unfin --json
	there=$(planted <<<"$output")
	run -1 --separate-stderr "$UNFIN" fleet vault-1.unfin web-2.unfin nat-1.unfin db-1.unfin web-1.unfin cache-1.unfin edge-1.unfin api-1.unfin --json
	[[ $(planted <<<"$output") == "$there" ]]
}

@test "a host that is missing makes unknown what its look had to tell, and nothing wrong" {
	run --separate-stderr "$UNFIN" fleet web-1.unfin web-2.unfin api-1.unfin edge-1.unfin vault-1.unfin cache-1.unfin --json
	known=$(jq -cS '.pairs[] | {verdict, joined_by, count, ours: .ours.process, theirs: .theirs.process,
		hosts: [.ours.host, .other_host]}' expected.json | sort)
	[[ -z $(comm -13 <(echo "$known") <(planted <<<"$output" | grep -v '"unknown"')) ]]
	jq -e 'all(.pairs[] | select(.verdict == "unknown"); .reason == "outside" and (.why | length > 0) and .fin_from == null)' <<<"$output"
}

@test "what leads through NAT to a host that is not there is unknown" {
	run -1 --separate-stderr "$UNFIN" fleet web-1.unfin web-2.unfin api-1.unfin db-1.unfin cache-1.unfin --json
	jq -e 'any(.pairs[]; .ours.process == "reporter" and .verdict == "unknown" and .reason == "outside")' <<<"$output"
	jq -e 'all(.pairs[]; .joined_by != "sequence")' <<<"$output"
	run -3 --separate-stderr "$UNFIN" fleet web-1.unfin nat-1.unfin --json
	jq -e 'any(.pairs[]; .ours.process == "reporter" and .verdict == "unknown" and .reason == "leads_on")' <<<"$output"
}

@test "a question that is not known is not taken for a file" {
	run -2 "$UNFIN" fleet halfopen ./*.unfin
	[[ $output == *"no such question: halfopen; did you mean half-open?"* ]]
	run -2 "$UNFIN" fleet whatever ./*.unfin
	[[ $output == *"no such question, and no such file: whatever"* ]]
	run -2 "$UNFIN" fleet ./leaks.unfin
	[[ $output == *"cannot open ./leaks.unfin: No such file"* ]]
}

@test "one connection, as a ladder of its two hosts" {
	socket=$("$UNFIN" fleet ./*.unfin --json | jq -r '.pairs[] | select(.ours.process == "scanner") | .ours.socket')
	run -1 --separate-stderr "$UNFIN" fleet peer "$socket" ./*.unfin
	[[ $output == *"edge-1"*"vault-1"* && $output == *"scanner["*"archive["* && $output == *"CLOSE-WAIT"*"FIN-WAIT-2"* ]]
	[[ $output == *"client_owes, joined by sequence; FIN from: vault-1"* ]]
	run -2 "$UNFIN" fleet peer 1.2.3.4:5-6.7.8.9:10 ./*.unfin
	[[ $output == *"no file has"* ]]
	run -2 "$UNFIN" fleet peer nonsense ./*.unfin
	[[ $output == *"is no connection"* ]]
}

@test "an idle timeout of one service, and whose pool it makes stale" {
	run -1 --separate-stderr "$UNFIN" fleet stale-pools ./*.unfin --json
	jq -e 'any(.pools[]; .client == "cart-pool" and .server == "session-cache on cache-1" and .count == 10 and
		.timeout_ms >= 1400 and .timeout_ms <= 2500)' <<<"$output"
}

@test "every question in every format, within 80 columns, and with its coverage" {
	for question in pairs status leaks ports half-open stale-pools "releases order-api"; do
		for format in table wide json jsonl csv md; do
			# shellcheck disable=SC2086
			run --separate-stderr "$UNFIN" fleet $question -o "$format" ./*.unfin
			((status == 0 || status == 1)) || { echo "$question $format: $status $output"; return 1; }
			[[ $format != json* ]] || jq -e . >/dev/null <<<"$output"
		done
		# shellcheck disable=SC2086
		"$UNFIN" fleet $question --json ./*.unfin | jq -e '.coverage.hosts.seen == 8 and .coverage.hosts.silent == 0'
	done
	COLUMNS=80 run --separate-stderr "$UNFIN" fleet ./*.unfin
	((status == 1))
	run ! grep -E '.{101}' <<<"$output"
}

@test "a file that is damaged is a silent host: told, counted, exit 3 where nobody else has to act" {
	head -c 20000 web-1.unfin >"$BATS_TEST_TMPDIR/web-1.unfin"
	run -3 --separate-stderr "$UNFIN" fleet status "$BATS_TEST_TMPDIR/web-1.unfin" nat-1.unfin --json
	# shellcheck disable=SC2154
	[[ $stderr == *damaged* ]]
	jq -e '.coverage.complete == false and .coverage.hosts.silent == 1 and (.coverage.gaps | length) >= 1' <<<"$output"
	run -2 "$UNFIN" fleet "$BATS_TEST_TMPDIR/web-1.unfin"
	run -2 "$UNFIN" fleet
	[[ $output == *"needs the kept moments"* ]]
}

@test "fleet key makes a key once, which only its owner may read" {
	"$UNFIN" fleet key "$BATS_TEST_TMPDIR/key"
	[[ $(stat -c %a "$BATS_TEST_TMPDIR/key") == 600 && $(wc -c <"$BATS_TEST_TMPDIR/key") == 33 ]]
	run -2 "$UNFIN" fleet key "$BATS_TEST_TMPDIR/key"
	[[ $output == *"File exists"* ]]
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR"
	run -2 setpriv --reuid=65534 --regid=65534 --clear-groups "$UNFIN" check --netns self --fleet-key "$BATS_TEST_TMPDIR/key"
	[[ $output == *"key: this user may not read it"*sudo* && $output != *"others than root"* ]]
	chmod 640 "$BATS_TEST_TMPDIR/key"
	run -2 "$UNFIN" check --netns self --fleet-key "$BATS_TEST_TMPDIR/key"
	[[ $output == *"others than root (or you) may read it"* ]]
}

@test "a document has the words of its page" {
	local plain
	plain=$(COLUMNS=9999 "$UNFIN" fleet ./*.unfin | tr -s ' \n' ' ') || true
	run -1 --separate-stderr "$UNFIN" fleet ./*.unfin --json
	jq -e --arg plain "$plain" '.pairs | length == 8 and all(.[]; .shown as $s | ($s.title | startswith($s.verdict))
		and all(($s.title, $s.proof, $s.ours, $s.theirs // ""); . as $words | $plain | contains($words)))' <<<"$output"
	jq -e --arg plain "$plain" '.shown.head as $head | $plain | startswith($head)' <<<"$output"
	jq -e 'any(.pairs[].shown; .ower == "scanner" and .owed == "archive")
		and any(.pairs[].shown; .ower == "replica" and (.owed | endswith(":5432, api-1")))' <<<"$output"
	run -1 --separate-stderr "$UNFIN" fleet leaks ./*.unfin --json
	jq -e '(.shown.headings | map(.text))[0] == "Service" and .shown.cells[0][0] == .services[0].service and .shown.none == null' <<<"$output"
}

@test "that nobody has to act is said of what was seen whole, and of what was asked" {
	run -0 --separate-stderr "$UNFIN" fleet nat-1.unfin
	[[ $output == *"nobody owes a close"* ]]
	head -c 20000 web-1.unfin >"$BATS_TEST_TMPDIR/web-1.unfin"
	run -3 --separate-stderr "$UNFIN" fleet nat-1.unfin "$BATS_TEST_TMPDIR/web-1.unfin"
	[[ $output == *"nothing is proved against anybody"* && $output != *"nobody owes"* ]]
	run -3 --separate-stderr "$UNFIN" fleet ports nat-1.unfin "$BATS_TEST_TMPDIR/web-1.unfin"
	[[ $output == *"as far as could be seen, no host has used half"* ]]
	run -0 --separate-stderr "$UNFIN" fleet ports nat-1.unfin
	[[ $output == *"no host has used half"* && $output != *"as far as"* ]]
	run --separate-stderr "$UNFIN" fleet half-open web-1.unfin db-1.unfin
	[[ $output == *"no connection is "*"half-open"* && $output != *"nobody owes"* ]]
}

@test "leaks are counted where the debt is, not where somebody waits" {
	run -1 --separate-stderr "$UNFIN" fleet leaks ./*.unfin --json
	[[ $(jq -c '[.services[].service] | sort' <<<"$output") == '["cart-pool","order-api","poller","scanner","shop-frontend","uploads"]' ]]
	# and what both ends say of them
	jq -e 'all(.services[]; .verdict != null and .judged > 0 and .judged <= .unfinished)' <<<"$output"
	jq -e 'any(.services[]; .service == "scanner" and .verdict == "client_owes" and .judged == 7)' <<<"$output"
	jq -e 'all(.services[]; (.verdict == "fin_from_between") == (.service == "'"$(jq -r '[.pairs[] | select(.verdict == "fin_from_between") | .ours.process][0] // "none"' expected.json)"'"))' <<<"$output"
}

@test "the agent's last moment is such a file, too" {
	cd "$BATS_TEST_TMPDIR" || return
	"$UNFIN" fleet key key
	unshare -n "$UNFIN" agent --netns self --no-web --fleet-key key --interval 1s --state state --run run -q 3>&- &
	agent=$!
	for _ in {1..100}; do cp run/moment moment 2>/dev/null && break; sleep 0.1; done
	kill $agent
	wait $agent || true
	run -0 --separate-stderr "$UNFIN" fleet status --json moment
	jq -e '.hosts[0].sequences and .coverage.hosts.keyless == 0' <<<"$output"
}

@test "a fleet is made in a folder of its own, and nothing of it stays" {
	run -1 --separate-stderr "$UNFIN" fleet lab -q --seed 3
	[[ $output == *"scanner["*"on edge-1 does not close 7 connections"* ]]
	run -2 "$UNFIN" fleet lab "$BATS_FILE_TMPDIR/fleet"
	[[ $output == *"name one that is not there yet"* ]]
	[[ -z $(find /tmp -maxdepth 1 -name 'unfin-fleet-*' -newer "$BATS_FILE_TMPDIR/fleet/expected.json" -print) ]]
}
