#!/usr/bin/env bats
# A kept moment: the same judgement to the byte, and a clear word for a file that is none.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	cd "$BATS_TEST_TMPDIR" || return
}

keep() { # FAULT FILE: what check says of it stands in FILE.json
	"$UNFIN" lab "$1" -q -- sh -c "'$UNFIN' check --json --record $2 >$2.json; :"
}

# Every fault of the lab that stands within a few seconds.
@test "the findings of a kept moment are those of the live run, byte for byte" {
	for fault in incident never-closed accept-queue healthy-pool; do
		keep "$fault" "$fault.unfin"
		run "$UNFIN" check --json --from "$fault.unfin"
		cmp - "$fault.unfin.json" <<<"$output"
		[[ $(stat -c %a "$fault.unfin") == 600 ]]
	done
}

@test "a file that is truncated, changed, foreign or newer is refused with its reason" {
	keep accept-queue good
	head -c 9000 good >truncated
	cp good changed && sqlite3 changed 'update socket set recv_q = 7 where rowid = 2'
	cp good newer && sqlite3 newer 'pragma user_version = 99'
	cp good ring && sqlite3 ring 'update holder set next = 0'
	sqlite3 foreign 'create table socket (state)'
	echo text >text
	: >empty
	# a view is a program, and this one never ends
	cp good endless && sqlite3 endless 'drop table gap; create view gap as with recursive n(i) as
		(select 1 union all select i + 1 from n) select i as rowid, "a" as what, "b" as why, "c" as mend from n'
	cp good computed && sqlite3 computed 'alter table gap drop column mend'
	for file in truncated changed ring endless computed; do
		run -2 timeout 10 "$UNFIN" check --from "$file"
		[[ $output == *damaged* ]]
	done
	for file in foreign text empty; do
		run -2 "$UNFIN" check --from "$file"
		[[ $output == *"no file that"* ]]
	done
	run -2 "$UNFIN" check --from newer
	[[ $output == *"format 99"* ]]
	run -2 "$UNFIN" list --from missing
	[[ $output == *"No such file"* ]]
}

@test "record never writes over a file" {
	echo mine >kept
	run -2 "$UNFIN" record kept --netns self --window 1h
	[[ $output == *"never written over"* ]]
	[[ $(<kept) == mine ]]
}

@test "redacted: no address, user, path or command line, and the same verdict" {
	"$UNFIN" lab incident -q -- "$UNFIN" record kept --redact
	run sqlite3 kept .dump
	[[ $output != *fetch-profiles\ --* && $output != *"$UNFIN"* && $output != *"$(uname -n)"* ]]
	run -1 "$UNFIN" check --json --from kept
	jq -e '.findings[0].id == "never-closed" and .findings[0].subject.comm == "fetch-profiles"' <<<"$output"
}
