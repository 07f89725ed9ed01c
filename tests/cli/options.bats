#!/usr/bin/env bats
# The command line: what is wrong is said before anything is looked at, in words that lead on, with status 2.
# shellcheck disable=SC2154 # $stderr is set by run --separate-stderr
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
}

@test "a format that the command does not write: those that it does" {
	run --separate-stderr -2 "$UNFIN" check -o xml
	[[ $stderr == *'--output takes table, json, md or prom, not "xml"'* ]]
	run --separate-stderr -2 "$UNFIN" check -o wide
	[[ $stderr == *'--output takes table, json, md or prom, not "wide"'* ]]
	run --separate-stderr -2 "$UNFIN" list -o jsno
	[[ $stderr == *'did you mean json?'* ]]
}

@test "an empty namespace is none, and an empty UNFIN_NETNS is the default" {
	run --separate-stderr -2 "$UNFIN" list --netns ''
	[[ $stderr == *'no network namespace ""'* && -z $output ]]
	UNFIN_NETNS='' run --separate-stderr -0 "$UNFIN" list -H 'local_port == 0 and local_port == 1'
}

@test "check --redact is about what is kept" {
	run --separate-stderr -2 "$UNFIN" check --redact --window 1h
	[[ $stderr == *"needs --record FILE"* ]]
}

@test "record: a directory is no file, and nothing is watched for it" {
	run --separate-stderr -2 "$UNFIN" record "$BATS_TEST_TMPDIR" --window 1h
	[[ $stderr == *"is a directory: name the file"* ]]
	run --separate-stderr -2 "$UNFIN" check --record "$BATS_TEST_TMPDIR" --window 1h
	[[ $stderr == *"is a directory: name the file"* ]]
}

@test "what cannot be written is said, status 4" {
	local words
	for words in --help --version 'help list' 'help fields' 'list --help' lab explain 'explain EMFILE'; do
		# shellcheck disable=SC2086 # words
		run -4 bash -c '"$@" >/dev/full' - "$UNFIN" $words
		[[ $output == *"No space left"* ]] || { echo "$words: $output"; return 1; }
	done
}

@test "what other tools call it leads to what it is called here" {
	run -2 --separate-stderr "$UNFIN" list --group-by comand
	[[ $stderr == *"did you mean comm or cmdline?"* ]]
	run -2 --separate-stderr "$UNFIN" list --sort remote_port
	[[ $stderr == *"did you mean peer_port?"* ]]
	run -2 --separate-stderr "$UNFIN" list --limit 5
	[[ $stderr == *"| head -n 20"* ]]
	run -2 --separate-stderr "$UNFIN" check --interval 5
	[[ $stderr == *"--window 10s"* ]]
	run -2 --separate-stderr "$UNFIN" check --window 4min
	[[ $stderr == *"write 4m"* ]]
}

@test "the word version says it, too" {
	[ "$("$UNFIN" version)" = "$("$UNFIN" --version)" ]
}

@test "--only without a find speaks of that cause alone" {
	[ "$(id -u)" = 0 ] || skip "needs root: a look into a namespace of its own"
	run unshare -n "$UNFIN" check --netns self --window 0 --only port-taken --only fd-limit
	[[ ${lines[0]} == "no port-taken or fd-limit found"* ]]
	run unshare -n "$UNFIN" check --netns self --window 0 --only port-taken -o md
	[[ ${lines[0]} == "# unfin: no port-taken found"* ]]
}
