#!/usr/bin/env bats
# What of the judgement is asked for, and how it is written: on a kept moment, so without a kernel or root.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	moment=$BATS_TEST_TMPDIR/moment
	sqlite3 "$moment" <"$BATS_TEST_DIRNAME/../golden/incident-window.sql"
	conf=$BATS_TEST_TMPDIR/unfin.conf
	export UNFIN_CONFIG=
}

check() { "$UNFIN" check --from "$moment" "$@"; }
ids() { jq -r '[.findings[].id] | join(" ")' <<<"$output"; }

@test "--only, --ignore and EXPR leave findings out, and causes keep what they are" {
	run --separate-stderr -1 check --json
	[[ $(ids) == "never-closed ports-exhausted" ]]
	run --separate-stderr -1 check --json --only ports-exhausted
	[[ $(ids) == ports-exhausted ]]
	jq -e '.findings[0].caused_by | startswith("never-closed")' <<<"$output"
	run --separate-stderr -1 check --json --ignore never-closed
	[[ $(ids) == ports-exhausted ]]
	run --separate-stderr -0 check --json 'comm == nobody'
	[[ $(ids) == "" ]]
	run --separate-stderr -1 check --json --ignore 'never-closed:peer_port == 1'
	[[ $(ids) == "never-closed ports-exhausted" ]]
}

@test "a wrong cause or expression is told with what was meant" {
	run --separate-stderr -2 check --only never-close
	[[ $stderr == *'did you mean never-closed?'* ]]
	run --separate-stderr -2 check --ignore 'never-closed:aeg > 5'
	[[ $stderr == *'did you mean age?'* ]]
}

@test "--nagios: one line, the status of a plugin" {
	run --separate-stderr -2 check --nagios
	((${#lines[@]} == 1))
	[[ $output == 'UNFIN CRITICAL - never-closed: '*' | critical=2;;1 '*' close_wait='* ]]
	run --separate-stderr -0 check --nagios 'comm == nobody'
	[[ $output == 'UNFIN OK (narrowed: '*') | '* ]]
}

@test "-o md: the findings as headings, names as they are" {
	run --separate-stderr -1 check -o md
	[[ ${lines[0]} == '# unfin: critical' ]]
	[[ $output == *$'\n## 1. critical `never-closed` (likely)\n'* ]]
	[[ $output == *$'\n### and so: critical `ports-exhausted` (certain)\n'* ]]
	# A command is code: to be copied, and nothing in it is markup.
	[[ $output =~ ': `'[a-z]+' '[^\`]+'`'$'\n' ]]
}

@test "the config fills what the command line left open, and says where from" {
	printf '# ours\nwarning-share = 7\nignore = never-closed\n' >"$conf"
	run --separate-stderr -1 check --json --config "$conf"
	[[ $(ids) == ports-exhausted ]]
	run --separate-stderr -0 check --config "$conf" --show-config --warning-eta 3d
	[[ $output == *"$conf:2"* && $output == *"$conf:3"* && $output == *'warning-eta'*'(command line)'* ]]
}

@test "a wrong config: line, column, the nearest right word, impossible thresholds" {
	printf '\n  widnow = 3s\n' >"$conf"
	run --separate-stderr -2 check --config "$conf"
	[[ $stderr == *"$conf:2:3: "*'did you mean window?'* ]]
	printf 'window = soon\n' >"$conf"
	run --separate-stderr -2 check --config "$conf"
	[[ $stderr == *"$conf:1:10: "* ]]
	printf 'critical-eta = 9d\n' >"$conf"
	run --separate-stderr -2 check --config "$conf"
	[[ $stderr == *"$conf:1: critical-eta is longer"* ]]
	run --separate-stderr -2 check --config "$BATS_TEST_TMPDIR/none"
	[[ $stderr == *'No such file'* ]]
}

# What was left out on request is told with every answer.
@test "a narrowed question is told: page, Markdown, JSON, monitoring" {
	printf '%s\n' 'ignore = stale-pool' 'warning-share = 50' >"$BATS_TEST_TMPDIR/conf"
	export UNFIN_NETNS=self UNFIN_CONFIG=$BATS_TEST_TMPDIR/conf
	run --separate-stderr unshare -n "$UNFIN" check --window 0 --only never-closed 'state == close-wait'
	[[ ${lines[0]} == *"narrowed: sockets that match state == close-wait, only never-closed (command line), ignore stale-pool"* ]]
	[[ ${lines[0]} == *"conf:1), warning-share 50 ("*"conf:2), network namespace self (UNFIN_NETNS)"* ]]
	run --separate-stderr unshare -n "$UNFIN" check --window 0 -o md
	[[ $output == *"ignore stale"*"network namespace self"* ]]
	run --separate-stderr unshare -n "$UNFIN" check --window 0 --nagios
	[[ $output == "UNFIN OK"*"(narrowed: ignore stale-pool"*") | "* ]]
	unset UNFIN_CONFIG
	for command in check "check --window 0" list "list pid==1" ports limits; do
		# shellcheck disable=SC2086 # words
		unshare -n "$UNFIN" $command --json | jq -e '.narrowed | index("network namespace self (UNFIN_NETNS)") != null'
	done
	[[ $(UNFIN_NETNS=all unshare -n "$UNFIN" check --json --window 0 | jq -c .narrowed) == "[]" ]]
}

@test "a kept moment of one namespace, and a diff with it, tell that they are" {
	unshare -n "$UNFIN" record --netns self --window 0 "$BATS_TEST_TMPDIR/one"
	run --separate-stderr "$UNFIN" check --from "$BATS_TEST_TMPDIR/one"
	[[ ${lines[0]} == *"narrowed: network namespace of the record"* ]]
	"$UNFIN" diff "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/one" --json | jq -e '.narrowed | length == 1'
}

@test "defaults that cannot be read are a gap; a file that was named is usage, or an unable system" {
	command -v strace >/dev/null || skip "no strace"
	[[ ! -e /etc/unfin.conf ]] || skip "/etc/unfin.conf is there"
	for error in EMFILE EIO ENOMEM; do
		run --separate-stderr unshare -n strace -f -o /dev/null -P /etc/unfin.conf -e inject=openat:error=$error \
			"$UNFIN" check --netns self --window 0 --json
		[[ $status == 3 ]]
		jq -e 'any(.coverage.gaps[]; .what == "the defaults in /etc/unfin.conf")' <<<"$output"
	done
	printf 'quiet = yes\n' >"$BATS_TEST_TMPDIR/conf"
	UNFIN_CONFIG=$BATS_TEST_TMPDIR/conf run strace -f -o /dev/null -P "$BATS_TEST_TMPDIR/conf" -e inject=openat:error=EIO \
		"$UNFIN" check --netns self --window 0
	[[ $status == 4 ]]
	UNFIN_CONFIG=$BATS_TEST_TMPDIR/none run "$UNFIN" check --netns self --window 0
	[[ $status == 2 ]]
}
