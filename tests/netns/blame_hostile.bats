#!/usr/bin/env bats
# unfin blame among processes that are made so that who looks into them never comes back.
bats_require_minimum_version 1.5.0

programs=$BATS_TEST_DIRNAME/../blame-matrix/programs

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	[ -x "${UNFIN%/*}/unfin-blame" ] || skip "unfin-blame was not built: it needs libdw-dev, libgit2-dev and libiberty-dev"
	cd "$BATS_TEST_TMPDIR" || return 1
}

make_mad() { # MINOR: ./mad-MINOR, with its own libpython
	mkdir "lib$1"
	echo 'char _PyRuntime[8192] __attribute__((aligned(4096)));' |
		gcc -shared -fPIC -Wl,-soname,"libpython3.$1.so" -o "lib$1/libpython3.$1.so" -x c -
	gcc -O1 -fPIC -pie -o "mad-$1" "$BATS_TEST_DIRNAME/mad.c" "lib$1/libpython3.$1.so" -Wl,-rpath,"$PWD/lib$1" -pthread
}

# Beside the programs, each a line of words, in a namespace where 8080 answers; within 60 s. The last line of all is the seconds it took.
blame_beside() { # OPTION... -- PROGRAM...
	local options=()
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	# shellcheck disable=SC2016 # for the shell inside
	run --separate-stderr unshare -n -m bash -c '
		ip link set lo up
		mount -t tmpfs none /mnt
		unfin=$1 here=$2 programs=$3 options=$4
		shift 4
		python3 "$programs/server.py" 8080 & pids=$!
		for _ in $(seq 200); do ! ss -tlnH | grep -q :8080 || break; sleep 0.05; done
		for program; do
			coproc beside { exec $program; }
			pids="$pids $!"
			[[ $program != *silent.py* ]] || read -r said <&"${beside[0]}" || exit 77
		done
		for _ in $(seq 200); do [ "$(ss -tnH state close-wait | wc -l)" -lt $# ] || break; sleep 0.05; done
		began=$SECONDS
		UNFIN_NETNS=self timeout -k 1 60 "$unfin" blame $options
		status=$?
		echo "took $((SECONDS - began)) s" >&2
		kill $pids
		exit $status' bash "$UNFIN" "$BATS_TEST_DIRNAME" "$programs" "${options[*]}" "$@" 2>/dev/null
	echo "$status: $output $stderr"
	[[ $status != 77 ]] || skip "no FUSE or no userfaultfd here"
}

@test "a program whose file is not answered for, and an interpreter whose memory is not: told, and not waited for" {
	make_mad 13
	gcc -O2 -g -o leak "$programs/leak.c" -pthread
	blame_beside --window 2s --json -- "./mad-13 mute 8080" "python3 $BATS_TEST_DIRNAME/silent.py /mnt ./leak 8080 10"
	[[ $status == 1 ]]
	jq -e '[.sites[].process.comm] | index("mad-13") and index("file")' <<<"$output"
	jq -e '.sites[] | select(.process.comm == "file") | .function == null and .why == "decoding took too long"' <<<"$output"
}

@test "lists without an end, lengths without a limit, names that draw" {
	make_mad 11
	blame_beside --window 2s --json -- "./mad-11 endless 8080" "./mad-11 threads 8080"
	[[ $status == 1 ]]
	jq -e 'all(.sites[].stack[]?; length < 1000)' <<<"$output"
	run ! grep -q $'\e' <<<"$output"
	blame_beside --window 2s -- "./mad-11 endless 8080"
	[[ $status == 1 ]]
	run ! grep -qE $'\e|^forged' <<<"$output"
}

@test "root runs no unfin-blame that another user has put beside a copy of unfin" {
	local copy=$BATS_TEST_TMPDIR/bin owner
	mkdir "$copy" && cp "$UNFIN" "$copy/unfin"
	printf '#!/bin/sh\ntouch "%s/ran"\n' "$BATS_TEST_TMPDIR" >"$copy/planted"
	chmod 755 "$copy/planted"
	for owner in nobody root; do
		cp -p "$copy/planted" "$copy/unfin-blame" && chown "$owner" "$copy/unfin-blame"
		run "$copy/unfin" blame --window 100ms
		[ "$owner" = root ] || [ ! -e ran ]
	done
	[ -e ran ] # what is root's is run: the test sees it
	rm ran
	ln -sf planted "$copy/unfin-blame" && chown -h nobody "$copy/unfin-blame"
	run "$copy/unfin" blame --window 100ms
	[ ! -e ran ]
	cp "$copy/planted" "$copy/open" && chmod 777 "$copy/open" && ln -sf open "$copy/unfin-blame"
	run "$copy/unfin" blame --window 100ms
	[ ! -e ran ]
}

# leak.py in a repository, whose text and files say what the test wants.
make_repository() {
	local git=(git -c safe.directory='*' -c user.name=$'Eve \e[31m' -c user.email=eve@example.org -C repo)
	mkdir repo && "${git[@]}" init -q
	cp "$programs/leak.py" repo/leak.py
	"${git[@]}" add leak.py && "${git[@]}" commit -qm $'pretty \e]0;owned\a \u202e title\u009b2J'
}

@test "a repository that draws on the terminal, and would run programs: it is quoted, and runs none" {
	make_repository
	git -C repo config core.fsmonitor "touch $PWD/ran; true"
	git -C repo config core.sshCommand "touch $PWD/ran; true"
	git -C repo config filter.x.clean "touch $PWD/ran; true"
	git -C repo config filter.x.smudge "touch $PWD/ran; true"
	echo '* filter=x diff=x' >repo/.git/info/attributes
	git -C repo config diff.x.textconv "touch $PWD/ran; true"
	rm -f ran
	blame_beside --window 2s --json -- "/usr/bin/python3 $PWD/repo/leak.py 8080 5"
	[[ $status == 1 ]]
	jq -e 'any(.sites[]; .commit.subject // "" | contains("title"))' <<<"$output"
	run ! grep -qP '\e|\x07|\xe2\x80\xae|\xc2\x9b' <<<"$output"
	blame_beside --window 2s -- "/usr/bin/python3 $PWD/repo/leak.py 8080 5"
	run ! grep -qP '\e|\x07|\xe2\x80\xae|\xc2\x9b' <<<"$output"
	[ ! -e ran ]
}

@test "a repository that never answers is given up" {
	local file
	make_repository
	for file in config HEAD objects/info/alternates; do
		cp -r repo "repo-${file##*/}"
		rm -f "repo-${file##*/}/.git/$file" && mkfifo "repo-${file##*/}/.git/$file"
	done
	blame_beside --window 2s --json --repo "repo-config=$PWD/repo" -- "/usr/bin/python3 $PWD/repo/leak.py 8080 5"
	[[ $status == 1 ]]
	jq -e 'all(.sites[]; .commit == null) and any(.sites[]; .commit_why != null)' <<<"$output"
	blame_beside --window 2s --json --repo "repo-alternates=$PWD/repo" --repo "repo-HEAD=$PWD/repo" -- "/usr/bin/python3 $PWD/repo/leak.py 8080 5"
	[[ $status == 1 ]]
}
