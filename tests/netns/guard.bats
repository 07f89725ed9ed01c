#!/usr/bin/env bats
# unfin guard: small test suites in several languages, with a leak and without, all at once in one namespace; and what
# else may outlive a command.
# alone: what opens at once must be met before it ends
bats_require_minimum_version 1.5.0

# guard NAME COMMAND...: its document, its messages and its status in $OUT/NAME.*
guard() {
	local name=$1 status=0
	shift
	"$UNFIN" guard --json "$@" >"$OUT/$name.json" 2>"$OUT/$name.err" </dev/null || status=$?
	echo "$status" >"$OUT/$name.status"
}

build_suites() {
	gcc -O2 -g -fomit-frame-pointer "$SUITES/suite.c" -o "$OUT/suite-c" || return
	[[ -z $(command -v go) ]] || for source in suite races; do
		(cd "$OUT" && GOCACHE=$OUT/go GOFLAGS=-mod=mod go build -o "$OUT/$source-go" "$SUITES/$source.go") || true
	done
	[[ -z $(command -v javac) ]] || javac -d "$OUT" "$SUITES/Suite.java" || true
}

# A suite of a project, as it is on a disk.
make_project() {
	local git=(git -c safe.directory='*' -c user.name='Ann Example' -c user.email=ann@example.org -C "$OUT/project")

	mkdir "$OUT/project" && cp "$SUITES/suite.py" "$OUT/project" && "${git[@]}" init -q &&
		"${git[@]}" add suite.py && "${git[@]}" commit -qm "test the fetching"
}

# The suites whose runtime is here: NAME COMMAND...
suites() {
	echo c "$OUT/suite-c"
	echo python /usr/bin/python3 "$SUITES/suite.py"
	[[ ! -x $OUT/suite-go ]] || echo go "$OUT/suite-go"
	[[ ! -e $OUT/Suite.class ]] || echo java java -cp "$OUT" Suite
	[[ -z $(command -v node) ]] || echo node node "$SUITES/suite.js"
	[[ -z $(command -v perl) ]] || echo perl perl "$SUITES/suite.pl"
	[[ -z $(command -v ruby) ]] || echo ruby ruby "$SUITES/suite.rb"
	[[ -z $(command -v php) ]] || echo php php "$SUITES/suite.php"
}

# Each in a guard of its own, two at a time: on a busy machine a clean suite, too, closes late.
guard_suites() {
	local name command how pids=

	while read -r name command; do
		for how in leak clean; do
			# shellcheck disable=SC2086 # words
			guard "$name-$how" -- $command 8080 "$how" & pids="$pids $!"
		done
		# shellcheck disable=SC2086 # pids
		[ "$(wc -w <<<"$pids")" -lt 2 ] || { wait $pids; pids=; }
	done < <(suites)
	# shellcheck disable=SC2086 # pids; without any it would wait for the peers
	[ -z "$pids" ] || wait $pids
}

# Of a user who may load no kernel program, from where he may read.
guard_as_nobody() { # HOW
	local status=0

	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$PUBLIC/unfin" guard --json -- \
		/usr/bin/python3 "$PUBLIC/suite.py" 8080 "$1" 2 >"$OUT/nobody-$1.json" 2>"$OUT/nobody-$1.err" </dev/null || status=$?
	echo "$status" >"$OUT/nobody-$1.status"
}

guard_others() {
	local guards=

	mkfifo "$OUT/held"
	exec 8<>"$OUT/held"
	guard children -- /usr/bin/python3 "$SUITES/children.py" 8080 leak & guards="$guards $!"
	guard age --max-age 500ms -- /usr/bin/python3 "$SUITES/children.py" 8080 age & guards="$guards $!"
	guard allowed --allow 'peer_port == 8080' -- "$OUT/suite-c" 8080 leak & guards="$guards $!"
	guard project -- /usr/bin/python3 "$OUT/project/suite.py" 8080 leak & guards="$guards $!"
	guard failing -- sh -c "'$OUT/suite-c' 8080 leak; exit 7" & guards="$guards $!"
	(for how in daemon handed; do
		"$UNFIN" guard --json -- /usr/bin/python3 "$SUITES/children.py" 8081 "$how" >"$OUT/$how.json" 2>"$OUT/$how.err" <"$OUT/held" || true
	done) 8>&- & guards="$guards $!"
	for how in leak clean; do
		guard_as_nobody "$how" & guards="$guards $!"
	done
	"$UNFIN" guard -- sh -c "echo said; exec '$OUT/suite-c' 8080 clean" >"$OUT/quiet.out" 2>"$OUT/quiet.err"
	# shellcheck disable=SC2086 # pids
	wait $guards
	exec 8>&-
}

# One that leaks beside more Go programs than are followed at once, and one when these have ended.
guard_crowd() {
	# shellcheck disable=SC2016 # expanded inside
	guard crowd -- unshare -m "${PEER%/*}/two-families" bash -c '
		for _ in $(seq 66); do "$OUT/races-go" 8080 wait 14s & done
		sleep 4
		"$OUT/races-go" 8080 leak 4s &
		wait
		"$OUT/races-go" 8080 leak 1s'
}
export -f guard suites guard_suites guard_as_nobody guard_others guard_crowd

setup_file() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN SUITES=$BATS_TEST_DIRNAME/guard OUT=$BATS_FILE_TMPDIR PEER=$BATS_TEST_DIRNAME/../blame-matrix/programs/server.py
	[ -x "${UNFIN%/*}/unfin-blame" ] && unshare -n true 2>/dev/null || return 0
	build_suites >"$OUT/build" 2>&1
	make_project
	PUBLIC=$(mktemp -d /dev/shm/unfin-guard.XXXXXX) && export PUBLIC
	cp "$UNFIN" "${UNFIN%/*}/unfin-blame" "$SUITES/suite.py" "$PUBLIC" && chmod -R a+rX "$PUBLIC"
	# shellcheck disable=SC2016 # expanded inside
	unshare -n bash -c '
		ip link set lo up
		/usr/bin/python3 "$PEER" 8080 & peers=$!
		/usr/bin/python3 "$PEER" 8081 & peers="$peers $!"
		until [ "$(ss -tlnH | wc -l)" = 2 ]; do sleep 0.05; done
		guard_suites
		guard_others
		[ ! -e "$OUT/races-go" ] || guard_crowd
		kill $peers' 3>&- || true
}

teardown_file() {
	[[ -z ${PUBLIC-} ]] || rm -rf "$PUBLIC"
}

setup() {
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	[ -x "${UNFIN%/*}/unfin-blame" ] || skip "unfin-blame was not built: it needs libdw-dev, libgit2-dev and libiberty-dev"
}

line_of() { # FILE: of its mark
	awk '/here: / { print NR }' "$SUITES/$1"
}

# names_line NAME FILE FUNCTION: exactly one connection, of that line
names_line() {
	jq -e --argjson line "$(line_of "$2")" --arg function "$3" '.outlived == 1 and .sites[0].count == 1 and
		.sites[0].line == $line and (.sites[0].function | endswith($function)) and .sites[0].how == "exact"' "$OUT/$1-leak.json"
}

@test "each suite with a leak ends with 99, and tells of one connection" {
	while read -r name _; do
		echo "$name: $(<"$OUT/$name-leak.status")"
		jq -c '{opened, outlived, sites: [.sites[] | {count, outlived, how, why, function, line}]}' "$OUT/$name-leak.json"
		[ "$(<"$OUT/$name-leak.status")" = 99 ]
		jq -e '.schema == "unfin.guard/1" and .status == 99 and .command_status == 0 and .outlived == 1 and .sites[0].outlived == "process"' "$OUT/$name-leak.json"
	done < <(suites)
}

@test "each clean twin is silent, and ends with 0" {
	while read -r name _; do
		echo "$name: $(<"$OUT/$name-clean.status")"
		[ "$(<"$OUT/$name-clean.status")" = 0 ]
		jq -e '.outlived == 0 and .opened == 2 and .sites == []' "$OUT/$name-clean.json"
	done < <(suites)
	[ "$(<"$OUT/quiet.out")" = said ]
	[ ! -s "$OUT/quiet.err" ]
}

@test "C: the line of the leak" {
	names_line c suite.c fetch
}

@test "Python: the line of the leak" {
	names_line python suite.py fetch
}

@test "Go: the line of the leak" {
	[ -e "$OUT/go-leak.json" ] || skip "no Go here"
	names_line go suite.go main.fetch
}

@test "Java: the line of the leak" {
	[ -e "$OUT/java-leak.json" ] || skip "no Java here"
	names_line java Suite.java Suite.fetch
}

@test "Node: the line of the leak" {
	[ -e "$OUT/node-leak.json" ] || skip "no Node here"
	names_line node suite.js fetchAll
}

# PHP opens sooner after its start than it is known where it keeps its frames.
@test "Perl and Ruby: the line of the leak" {
	local any=no
	[ ! -e "$OUT/perl-leak.json" ] || { any=yes; names_line perl suite.pl fetch; }
	[ ! -e "$OUT/ruby-leak.json" ] || { any=yes; names_line ruby suite.rb fetch; }
	[ $any = yes ] || skip "none of them is here"
}

@test "what a child of the suite leaves is left by the suite, though both have ended" {
	[ "$(<"$OUT/children.status")" = 99 ]
	jq -e --argjson line "$(line_of children.py)" '.outlived == 2 and (.sites | length) == 1 and
		(.sites[0] | .count == 2 and .processes == 2 and .line == $line and .outlived == "process")' "$OUT/children.json"
}

@test "what is kept for longer than --max-age is told while it lasts, and counts though it is closed later" {
	[ "$(<"$OUT/age.status")" = 99 ]
	jq -e '.outlived == 1 and .sites[0].outlived == "age" and .sites[0].oldest_ms >= 500' "$OUT/age.json"
	grep -q 'children.py.*kept for .* after its peer has finished' "$OUT/age.err"
}

@test "what a daemon still holds when the command has ended" {
	jq -e '.outlived == 1 and .sites[0].outlived == "command" and .sites[0].function == "fetch" and .sites[0].holder.pid != null' "$OUT/daemon.json"
}

@test "a connection that was handed to a daemon, by who has ended" {
	jq -e '.outlived == 1 and .sites[0].outlived == "opener" and .sites[0].function == "fetch" and .sites[0].holder.pid != .sites[0].process.pid' "$OUT/handed.json"
}

@test "the commit of the line, of a suite that has ended" {
	jq -e '.sites[0].commit | .subject == "test the fetching" and .author == "Ann Example"' "$OUT/project.json"
}

@test "--allow lets some stay, and says how many" {
	[ "$(<"$OUT/allowed.status")" = 0 ]
	jq -e '.allowed == 1 and .outlived == 0' "$OUT/allowed.json"
}

@test "the command's own status stays, and what it leaves is told all the same" {
	[ "$(<"$OUT/failing.status")" = 7 ]
	jq -e '.status == 7 and .command_status == 7 and .outlived == 1' "$OUT/failing.json"
}

@test "a user without rights is told what is lost, and of the leak all the same" {
	cat "$OUT/nobody-leak.err"
	[ "$(<"$OUT/nobody-leak.status")" = 99 ]
	jq -e '.outlived == 1 and .sites[0].how == "none" and .sites[0].process.comm == "python3" and (.coverage.complete | not)' "$OUT/nobody-leak.json"
	grep -q 'not seen: where connections were opened' "$OUT/nobody-leak.err"
	[ "$(<"$OUT/nobody-clean.status")" = 0 ]
	jq -e '.outlived == 0' "$OUT/nobody-clean.json"
}

@test "Go: a program that finds no place among many says so; what has ended gives its place back" {
	[ -e "$OUT/races-go" ] || skip "no Go here"
	jq -c '.sites[] | {count, how, why, function, line}' "$OUT/crowd.json"
	jq -e '.outlived == 2 and any(.sites[]; .how == "none" and (.why | contains("64 programs"))) and
		any(.sites[]; .how == "bridged" and .line == $line)' --argjson line "$(line_of races.go)" "$OUT/crowd.json"
}

# fails_beneath CALL COMMAND: guard's status, where that call fails each time after a while
fails_beneath() {
	unshare -n strace -o /dev/null -e "inject=$1:error=EIO:when=5+" "$UNFIN" guard -- sh -c "$2" 2>"$OUT/beneath.err" >"$OUT/beneath.out"
}

@test "where events stop coming the command goes on: its status is its own, or says that nobody saw" {
	command -v strace >/dev/null || skip "needs strace"
	run -7 fails_beneath epoll_wait 'sleep 1; echo went on; exit 7'
	[ "$(<"$OUT/beneath.out")" = "went on" ]
	grep -q 'goes on unguarded' "$OUT/beneath.err"
	run -4 fails_beneath epoll_wait 'sleep 1; echo went on'
	[ "$(<"$OUT/beneath.out")" = "went on" ]
}

@test "without a command, or with a wrong expression, nothing is started" {
	run -2 "$UNFIN" guard
	run -2 "$UNFIN" guard --allow 'peer_prot == 1' -- touch "$OUT/started"
	[ ! -e "$OUT/started" ]
	run -127 "$UNFIN" guard -- /nonexistent/program
}
