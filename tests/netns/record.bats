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
	for fault in incident never-closed accept-queue healthy-pool hung-owner-stopped; do
		keep "$fault" "$fault.unfin"
		# What was left out on request is told by where it was asked: there, or in the file.
		cmp <("$UNFIN" check --json --from "$fault.unfin" | jq 'del(.narrowed, .shown.circumstances)') <(jq 'del(.narrowed, .shown.circumstances)' "$fault.unfin.json")
		[[ $(stat -c %a "$fault.unfin") == 600 ]]
	done
}

# Whoever gets the file has neither the processes nor their sources.
@test "the line of code goes along" {
	"$UNFIN" lab never-closed -q -- "$UNFIN" record kept --window 2s
	run -0 jq -r '.findings[0] | .id, .site.function, .site.opened_by, .site.process.comm' \
		<("$UNFIN" check --json --from kept)
	[[ $output == $'never-closed\nnet_connect_from\nconnect\nfetch-profiles' ]]
}

@test "and in a report, of now and of a file" {
	# shellcheck disable=SC2016 # expanded inside
	"$UNFIN" lab never-closed -q -- sh -c '"$1" report -q -o live.html --window 2s; "$1" record kept --window 2s' sh "$UNFIN"
	run "$UNFIN" report -q -o later.html --from kept
	[[ $output != *"built without its page"* ]] || skip "this unfin was built without its page, for want of npm or its libraries"
	[ "$status" = 0 ]
	grep -q net_connect_from live.html
	grep -q net_connect_from later.html
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
	# shellcheck disable=SC2016 # expanded inside
	"$UNFIN" lab incident -q -- sh -c '"$1" record kept --redact; "$1" check --window 0 --record judged --redact; :' sh "$UNFIN"
	run sqlite3 judged .dump
	[[ $output == *fetch-profiles* && $output != *fetch-profiles\ --* && $output != *"$UNFIN"* && $output != *"$(uname -n)"* ]]
	run sqlite3 kept .dump
	[[ $output != *fetch-profiles\ --* && $output != *"$UNFIN"* && $output != *"$(uname -n)"* ]]
	run -1 "$UNFIN" check --json --from kept
	jq -e '.findings[0].id == "never-closed" and .findings[0].subject.comm == "fetch-profiles"' <<<"$output"
}

# A folder in which others may rename: between two opens of a name there could be a link.
@test "a kept file gets its name when it is whole, and is never opened by it" {
	command -v strace || skip "needs strace"
	strace -f -e trace=openat,linkat -o calls "$UNFIN" record kept --netns self --window 0
	run grep 'openat.*"kept' calls
	[[ -z $output ]]
	[[ $(grep -c 'linkat.*"kept"' calls) == 1 ]]
	[[ $(stat -c %a kept) == 600 ]]
	run strace -f -e trace=fsync -e inject=fsync:signal=KILL -o calls "$UNFIN" record killed --netns self --window 0
	[[ $(ls) == $'calls\nkept' ]]
}

@test "a file system without nameless files gets a passing name" {
	command -v strace || skip "needs strace"
	strace -f -P "$PWD" -e inject=openat:error=EOPNOTSUPP -o calls "$UNFIN" record "$PWD/kept" --netns self --window 0
	[[ $(ls) == $'calls\nkept' && $(stat -c %a kept) == 600 ]]
	"$UNFIN" list --from kept
}

@test "names that mean something to SQLite are names" {
	for name in :memory: 'file:q?mode=memory'; do
		"$UNFIN" record "$name" --netns self --window 0
		[[ -s $name ]]
		"$UNFIN" list --from "$name"
		"$UNFIN" list --from "./$name"
	done
}

@test "a full disk is called that, and nothing is left on it" {
	# shellcheck disable=SC2016
	run -4 unshare -m sh -c 'mount -t tmpfs -o size=16k none /mnt && "$1" record /mnt/kept --netns self --window 0
		status=$?; ls /mnt; exit $status' sh "$UNFIN"
	[[ $output == *"No space left on device"* ]]
	[[ $output != *$'\nkept'* ]]
}

@test "no link is followed to a kept file, no FIFO waited for, nothing written beside it" {
	"$UNFIN" record kept --netns self --window 0
	ln -s kept link
	mkfifo fifo
	run -2 timeout 5 "$UNFIN" list --from link
	[[ $output == *"symbolic link"* ]]
	for odd in fifo /dev/zero .; do
		run -2 timeout 5 "$UNFIN" list --from "$odd"
		[[ $output == *"no file that"* ]]
	done
	printf '\002\002' | dd of=kept bs=1 seek=18 conv=notrunc status=none # as if it had a -wal
	run -2 "$UNFIN" list --from kept
	[[ $output == *damaged* ]]
	[[ $(ls) == $'fifo\nkept\nlink' ]]
}

# The root of a table becomes four floors of pages that all lead to one: 400^5 rows in 110 KB.
tower() { # FILE
	python3 - "$1" <<-'END'
		import sqlite3, struct, sys

		db = sqlite3.connect(sys.argv[1])
		root = db.execute("select rootpage from sqlite_schema where name = 'socket'").fetchone()[0]
		db.close()
		b = bytearray(open(sys.argv[1], 'rb').read())
		size = struct.unpack('>H', b[16:18])[0]
		pages = len(b) // size

		def floor(child):
		    p = bytearray(size)
		    at = size
		    for i in range(400):
		        at -= 5
		        p[at:at + 5] = struct.pack('>I', child) + bytes([1 + i % 100])
		        p[12 + 2 * i:14 + 2 * i] = struct.pack('>H', at)
		    p[0] = 5
		    p[3:7] = struct.pack('>HH', 400, at)
		    p[8:12] = struct.pack('>I', child)
		    return p

		b += b[(root - 1) * size:root * size]
		for k in range(4):
		    b += floor(pages + 1 + k)
		b[(root - 1) * size:root * size] = floor(pages + 5)
		b[28:32] = struct.pack('>I', len(b) // size)
		b[92:96] = b[24:28]
		open(sys.argv[1], 'wb').write(b)
	END
}

@test "a small file takes little memory and time, whatever it says" {
	keep never-closed kept
	cp kept tower && tower tower
	cp kept computed && sqlite3 computed "alter table gap rename to old;
		create table gap (what as (printf('%.*c', 900000, 'x')), why as (printf('%.*c', 900000, 'y')), mend, names_only, n);
		with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000) insert into gap (n) select i from n;
		drop table old"
	cp kept shared && sqlite3 shared "pragma writable_schema = on; update sqlite_schema set rootpage =
		(select rootpage from sqlite_schema where name = 'socket') where name = 'holder'"
	for file in tower computed shared; do
		run -2 prlimit --as=$((256 << 20)) timeout 2 "$UNFIN" check --from "$file"
		[[ $output == *damaged* ]]
	done
}

@test "secrets of command lines show as *** and are kept as such, but with --show-args" {
	cat >secretive.py <<-'END'
		import os, socket, subprocess, sys

		s = socket.create_server(("127.0.0.1", 4000))
		for i, words in enumerate(["list --columns cmdline", "list --columns cmdline --show-args", "record kept",
		                           "record open --show-args"]):
		    subprocess.run([sys.argv[1], *words.split(), "--netns", "self"], stdout=open(str(i), "wb"), check=True)
	END
	unshare -n sh -c 'ip link set lo up; exec python3 secretive.py "$1" --password "hunter two" --token=hunter3' sh "$UNFIN"
	grep -q -- '--password \*\*\* --token=\*\*\*' 0
	grep -q -- '--password hunter two --token=hunter3' 1
	run grep -c hunter kept
	[[ $output == 0 ]]
	run "$UNFIN" list --from open --columns cmdline
	[[ $output != *hunter3* ]]
	run "$UNFIN" list --from open --columns cmdline --show-args
	[[ $output == *hunter3* ]]
}

@test "under a fleet's key both ends of a connection have one number, and without it none is kept" {
	"$UNFIN" fleet key key
	"$UNFIN" lab never-closed -q -- sh -c "'$UNFIN' record with --window 0 --fleet-key key -q && '$UNFIN' record without --window 0 -q"
	pairs=$(sqlite3 with "select count(*) from (select sequence from socket where sequence != 0 group by 1 having count(*) = 2)")
	waits=$(sqlite3 with "select count(*) from socket where state = 'close_wait' and sequence != 0 and sequence_unended != 0")
	((pairs >= waits && waits > 0))
	[[ $(sqlite3 without 'select sum(sequence), sum(sequence_unended), fleet_key_id from socket, moment') == "0|0|0" ]]
	[[ $(sqlite3 with 'select fleet_key_id from moment') != 0 ]]
}

@test "a fleet's key that others may read is refused, and one that is none" {
	echo 000102030405060708090a0b0c0d0e0f >key
	chmod 640 key
	run -2 "$UNFIN" record kept --netns self --window 0 --fleet-key key
	[[ $output == *"chmod 600 key"* ]]
	chmod 600 key && echo short >key
	run -2 "$UNFIN" record kept --netns self --window 0 --fleet-key key
	[[ $output == *"it is no key"* ]]
	[ ! -e kept ]
}
