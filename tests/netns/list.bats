#!/usr/bin/env bats
# `unfin list`: exact against ss and against the ledger of who made the sockets; its formats; its words.
bats_require_minimum_version 1.5.0
load list

setup() {
	need_namespace
}

# TIME_WAIT ends after 60 s, which a slow machine needs to make the sockets: only what stood still is compared.
look_at_rest() {
	for _ in 1 2 3 4 5; do
		ss_rows >"$WORK/ss"
		list_rows >"$WORK/list"
		list_holders >"$WORK/holders"
		ss_rows >"$WORK/ss.after"
		cmp -s "$WORK/ss" "$WORK/ss.after" && return
	done
	echo "the sockets do not come to rest"
	return 1
}
export -f look_at_rest

same_as_ss_and_ledger() {
	inside "$1" look_at_rest
	ledger_holders >"$WORK/made"
	[[ $(wc -l <"$WORK/ss") -ge $(($1 / 2)) ]]
	diff "$WORK/ss" "$WORK/list" | head -20
	cmp "$WORK/ss" "$WORK/list"
	diff <(grep -v '^-' "$WORK/made") <(grep -v '^-' "$WORK/holders") >"$WORK/held.diff" || { head "$WORK/held.diff"; return 1; }
	# what nobody holds may have gone meanwhile, and ss said so
	[[ -z $(comm -13 "$WORK/made" "$WORK/holders") ]]
}

@test "1,000 sockets: tuples and states are those of ss, holders those of the ledger" {
	same_as_ss_and_ledger 1000
}

@test "100,000 sockets: the same" {
	same_as_ss_and_ledger 100000
}

@test "an empty namespace: a heading, no rows, status 0" {
	run --separate-stderr unshare -n "$UNFIN" list --netns self
	[[ $status == 0 && -z $stderr ]]
	[[ ${#lines[@]} == 1 && ${lines[0]} == State*Process ]]
}

@test "the JSON has the contract's names and types" {
	inside 1000 '"$UNFIN" list --json' >"$WORK/json"
	jq -e '
		.schema == "unfin.list/1" and (.host | type) == "string" and (.boot_id | length) == 36
		and (.taken_at | test("^[0-9]{4}-[0-9-]{5}T[0-9:]{8}\\.[0-9]{3}Z$"))
		and (.coverage | .complete == true and (.gaps | type) == "array" and .netns_seen == 1
			and (.sockets_seen | type) == "number" and (.sockets_kernel | type) == "number")' "$WORK/json"
	jq -e '.sockets | length >= 1000 and all(.[];
		keys_unsorted == ["state", "local_address", "local_port", "peer_address", "peer_port", "recv_q", "send_q",
			"age_ms", "age_basis", "age_min_ms", "age_max_ms", "role", "holders", "unowned", "uid", "inode",
			"cookie", "netns", "cgroup", "unit", "container"]
		and ([.local_port, .peer_port, .recv_q, .send_q, .cookie, .netns | type] | unique) == ["number"]
		and (.age_basis | IN("exact", "range", null)) and (.role | IN("client", "server", "listener", null))
		and ((.age_basis == null) == (.age_ms == null)) and ((.age_basis == "exact") <= (.age_min_ms == .age_max_ms))
		and (.unowned == null) == (.holders != [])
		and all(.holders[]; keys_unsorted == ["pid", "started_at", "fd", "comm"]))' "$WORK/json"
	jq -e '[.sockets[].state] | unique | . - ["established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2",
		"time_wait", "close", "close_wait", "last_ack", "listen", "closing"] == []' "$WORK/json"
	jq -e '[.sockets[].unowned] | unique | contains(["not_accepted", "orphan", "time_wait"])' "$WORK/json"
}

@test "every format has the same rows" {
	inside 200 'for f in json jsonl csv table md; do "$UNFIN" list -o $f --sort cookie >$WORK/$f; done'
	jq -r '.sockets[] | "\(.state) \(.cookie)"' "$WORK/json" >"$WORK/expected"
	jq -r '"\(.state) \(.cookie)"' "$WORK/jsonl" | diff "$WORK/expected" -
	python3 -c '
import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline="")): print(row["state"], row["cookie"])' "$WORK/csv" | diff "$WORK/expected" -
	[[ $(wc -l <"$WORK/table") == $(($(wc -l <"$WORK/expected") + 1)) ]]
	[[ $(wc -l <"$WORK/md") == $(($(wc -l <"$WORK/expected") + 2)) ]]
	run ! grep -q ' $' "$WORK/table"
	[[ $(tail -c 2 "$WORK/csv" | od -An -tx1) == " 0d 0a" ]]
}

@test "grouping counts every socket once" {
	inside 1000 '
		"$UNFIN" list -H | wc -l >$WORK/all
		"$UNFIN" list --json --group-by state >$WORK/state
		"$UNFIN" list --json --group-by comm,peer_address,peer_port,state >$WORK/who
		"$UNFIN" list --json --group-by pid >$WORK/pid
		ss -tanH | wc -l >$WORK/ss'
	all=$(cat "$WORK/all")
	for f in state who pid; do
		jq -e --argjson all "$all" '[.groups[].count] | add == $all and . == (sort | reverse)' "$WORK/$f"
	done
	jq -e --argjson ss "$(cat "$WORK/ss")" '[.groups[] | select(.state != "close").count] | add == $ss' "$WORK/state"
	jq -e '.groups[0] | keys_unsorted == ["comm", "peer_address", "peer_port", "state", "count", "oldest_ms"]' "$WORK/who"
	# what worker and heir both hold is under both
	jq -e '[.groups[].pid | strings | test("^[0-9]+,[0-9]+$")] | any and all' "$WORK/pid"
}

@test "expressions choose, and say the same as the whole list" {
	inside 1000 '
		"$UNFIN" list --json >$WORK/json
		for e in "state == close-wait" "STATE = CLOSE_WAIT" "unowned == not-accepted and state == established" \
			"comm == heir" "pid == -" "family == inet6 and not state == listen" "peer in 127.0.0.0/8" \
			"local ~ *:7000" "holders > 1" "age > 1h" "(fd < 10 or fd > 20) and role == listener"; do
			"$UNFIN" list -H "$e" | wc -l
		done >$WORK/counts'
	jq '.sockets as $s
		| def n(f): [$s[] | select(f)] | length;
		n(.state == "close_wait"), n(.state == "close_wait"),
		n(.unowned == "not_accepted" and .state == "established"), n(any(.holders[]; .comm == "heir")),
		n(.holders == []), n((.local_address | contains(":")) and .state != "listen"),
		n(.peer_address | test("^(::ffff:)?127\\.")), n(.local_port == 7000), n(.holders | length > 1), 0,
		n(.role == "listener" and any(.holders[]; .fd < 10 or .fd > 20))' "$WORK/json" | diff - "$WORK/counts"
}

@test "an order, and what is not known last" {
	inside 300 '"$UNFIN" list --json --sort -age,local_port >$WORK/down; "$UNFIN" list --json --sort age >$WORK/up'
	jq -e '[.sockets[].age_ms] | (map(values) | . == (sort | reverse)) and (index(null) >= (map(values) | length))' "$WORK/down"
	jq -e '[.sockets[].age_ms] | (map(values) | . == sort) and (index(null) >= (map(values) | length))' "$WORK/up"
}

@test "columns as asked for" {
	inside 100 '"$UNFIN" list --columns pid,local_port,keepalive state == listen' >"$WORK/out"
	[[ $(head -1 "$WORK/out") =~ ^\ *Pid\ +Local\ Port\ +Keepalive$ ]]
	grep -Eq '^ *[0-9,]+ +7000 +no$' "$WORK/out"
}

@test "colours where they are asked for, and never in a pipe" {
	inside 100 '"$UNFIN" list >$WORK/pipe; "$UNFIN" list --color always >$WORK/always'
	run ! grep -q $'\033' "$WORK/pipe"
	grep -qF $'\033[36mLISTEN\033[0m' "$WORK/always"
	[[ $(wc -l <"$WORK/pipe") == $(wc -l <"$WORK/always") ]]
}

@test "-r has names for addresses and ports, in tables only" {
	inside 100 '"$UNFIN" list -r local == 127.0.0.1 or peer == 127.0.0.1 >$WORK/table
		"$UNFIN" list -r --json state == listen >$WORK/json'
	grep -q 'localhost:' "$WORK/table"
	jq -e 'all(.sockets[]; .local_address | test("^[0-9a-f.:]+$"))' "$WORK/json"
}

@test "a kept moment is listed as the host is" {
	inside 200 '"$UNFIN" list --json | jq -c ".sockets | sort_by(.cookie)[] | del(.age_ms, .age_min_ms, .age_max_ms, .holders[].started_at)" >$WORK/live
		"$UNFIN" record $WORK/kept >/dev/null'
	"$UNFIN" list --from "$WORK/kept" --json | jq -c ".sockets | sort_by(.cookie)[] | del(.age_ms, .age_min_ms, .age_max_ms, .holders[].started_at)" >"$WORK/kept.json"
	diff "$WORK/live" "$WORK/kept.json" | head
	cmp "$WORK/live" "$WORK/kept.json"
}

@test "sockets of several namespaces: the table says which is whose" {
	local listener='import socket, sys
s = socket.create_server(("", 4000)); print("ready", flush=True); sys.stdin.read()'
	coproc one { exec unshare -n python3 -c "$listener"; }
	read -r ready <&"${one[0]}"
	two() { unshare -n python3 -c "$listener" < <(read -r _ <"$WORK/go"); }
	mkfifo "$WORK/go"
	two >"$WORK/two" &
	until grep -q ready "$WORK/two"; do sleep 0.05; done
	"$UNFIN" list --netns all local_port == 4000 and state == listen >"$WORK/all"
	"$UNFIN" list --netns "$one_PID" local_port == 4000 >"$WORK/one"
	echo >"$WORK/go"
	kill "$one_PID"
	[[ $ready == ready && $(head -1 "$WORK/all") == *Netns* && $(wc -l <"$WORK/all") -ge 3 ]]
	[[ $(head -1 "$WORK/one") != *Netns* && $(wc -l <"$WORK/one") == 2 ]]
}

@test "hostile process names break neither terminal nor JSON" {
	cat >"$WORK/hostile.py" <<-'PY'
		import os, socket, subprocess, sys
		with open("/proc/self/comm", "wb") as f:
		    f.write(b'\x1b[31m"\n\xff,|\\a')
		s = socket.create_server(("127.0.0.1", 4000))
		os.set_inheritable(s.fileno(), True)
		for i, arguments in enumerate(sys.argv[1:]):
		    subprocess.run(arguments.split(), stdout=open(f"{os.environ['WORK']}/{i}", "wb"), check=True)
	PY
	unshare -n sh -c 'ip link set lo up; exec python3 "$0" "$@"' "$WORK/hostile.py" "$UNFIN list" "$UNFIN list --json" \
		"$UNFIN list -o csv" "$UNFIN list -o md" "$UNFIN list --group-by comm" "$UNFIN list -o wide --columns comm,cmdline"
	[[ $(wc -l <"$WORK/0") == 2 && $(wc -l <"$WORK/2") == 2 && $(wc -l <"$WORK/3") == 3 ]]
	for i in 0 2 3 4 5; do
		LC_ALL=C run ! grep -n $'[^ -~\r]' "$WORK/$i"
	done
	grep -qF '"\x1b[31m\x22\x0a\xff,|\a"(' "$WORK/0"
	jq -e '.sockets[0].holders[0].comm == "\u001b[31m\"\n\ufffd,|\\a"' "$WORK/1"
	python3 -c 'import csv, sys; assert len(list(csv.reader(open(sys.argv[1], newline="")))[1]) == 21' "$WORK/2"
}

# wrong EXPECTED-ON-STDERR ARGUMENTS...: status 2, nothing on stdout
wrong() {
	local expected=$1
	shift
	run -2 --separate-stderr "$UNFIN" "$@"
	[[ -z $output ]] || { echo "stdout: $output"; return 1; }
	[[ $stderr == *"$expected"* ]] || { echo "stderr: $stderr"; return 1; }
}

@test "what is not known gets the nearest right word and status 2" {
	wrong 'did you mean unfin list?' lsit
	wrong 'did you mean --group-by?' list --groupby state
	wrong 'did you mean state?' list --group-by stat
	wrong 'did you mean json?' list -o jsn
	wrong 'did you mean local_port?' list local-prot == 80
	wrong 'did you mean close_wait?' list state == close-wiat
	wrong 'column 10' list state == close-wiat
	wrong 'did you mean count?' list --group-by state --sort cuont
	wrong 'did you mean age?' list --sort -aeg
	wrong 'did you mean pid?' list --columns pdi
	wrong 'expected and, or, or the end' list state == listen pid == 5
	wrong '--netns needs a value' list --netns
	wrong '--json takes no value' list --json=yes
	wrong 'no network namespace "nowhere"' list --netns nowhere
	wrong 'no option -z' list -qz
}

@test "help comes from the tables, examples first" {
	run -0 "$UNFIN" list --help
	[[ ${lines[0]} == "unfin list [EXPR]: "* && ${lines[1]} == "  unfin list "* ]]
	[[ $output == *"--group-by FIELD"* && $output != *"--source"* ]]
	[[ $("$UNFIN" help list) == "$output" ]]
	run -0 "$UNFIN" help fields
	[[ $output == *close-wait* && $output == *"peer_address"* && $output == *"keepalive"* ]]
	[[ $("$UNFIN" --version) == "unfin "[0-9]* ]]
}

@test "a reader that has enough, and a full disk" {
	inside 20000 '
		"$UNFIN" list 2>$WORK/err | head -1 >$WORK/first || true
		status=0; "$UNFIN" list >/dev/full 2>$WORK/full || status=$?; echo $status >$WORK/status'
	[[ $(cat "$WORK/first") == State* && ! -s $WORK/err ]]
	[[ $(cat "$WORK/status") == 4 && $(cat "$WORK/full") == *"No space left"* ]]
}

@test "50 random expressions and argument lists: an answer or a clear error, under ASan and UBSan" {
	: "${UNFIN_ASAN:=$BATS_TEST_DIRNAME/../../build-asan/unfin}"
	[[ -x $UNFIN_ASAN ]] || skip "no build with ASan: make asan"
	pieces=('state' 'pid' 'comm' 'peer' 'age' '==' '!=' '<' '>=' '~' 'in' 'and' 'or' 'not' '(' ')' 'listen' 'close-wait'
		'10.0.0.0/8' '5m' '*' '"' '-' '--' '--json' '-o' 'csv' 'wide' '--group-by' 'state,comm' '--sort' '-age'
		'--columns' 'pid,state' '--netns' 'self' '999999999' '' $'\n' $'\377' $'\033[31m' '[a-' ':80' '-q' '-H'
		'--help' '--wat' '99999999999999999999' $'a\tb' 'list')
	RANDOM=${UNFIN_SEED:-7}
	for _ in {1..50}; do
		arguments=()
		for ((i = RANDOM % 8; i >= 0; i--)); do
			arguments+=("${pieces[RANDOM % ${#pieces[@]}]}")
		done
		status=0
		unshare -n "$UNFIN_ASAN" list "${arguments[@]}" >"$WORK/out" 2>"$WORK/err" || status=$?
		[[ $status == [02] ]] && ! grep -qE 'Sanitizer|runtime error' "$WORK/err" && ! grep -q $'\033' "$WORK/err" ||
			{ printf 'status %s, arguments:%s\n' "$status" "$(printf ' %q' "${arguments[@]}")"; cat "$WORK/err"; return 1; }
		[[ $status == 0 || -s $WORK/err ]]
	done
}
