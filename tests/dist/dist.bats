#!/usr/bin/env bats
# make dist: one file that needs nothing of the host it is brought to.
bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	make/dist >"$BATS_FILE_TMPDIR/made" 2>&1 || touch "$BATS_FILE_TMPDIR/failed"
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	if [ -e "$BATS_FILE_TMPDIR/failed" ]; then cat "$BATS_FILE_TMPDIR/made"; return 1; fi
	unshare -mpf true 2>/dev/null || skip "namespaces need root"
	binary=$(sed -n 's/: [0-9]* KiB$//p' "$BATS_FILE_TMPDIR/made")
	root=$BATS_TEST_TMPDIR
}

@test "it is one static file of a few MB, and its checksum fits" {
	echo "$binary"
	run ldd "$binary"
	[[ $output == *"statically linked"* ]]
	[ "$(stat -c %s "$binary")" -lt $((12 * 1024 * 1024)) ]
	(cd "${binary%/*}" && sha256sum -c --quiet "${binary##*/}.sha256")
}

@test "it is hardened, as what \`make\` builds is" {
	[ -x build/unfin ] || make -s
	run -0 tests/dist/hardened build/unfin
	run -0 tests/dist/hardened build-dist/unfin "$binary"
}

@test "it says what is in it" {
	jq -e '.spdxVersion == "SPDX-2.3" and ([.packages[].name] | index("libbpf-dev") != null and index("unfin") != null)
		and all(.packages[]; .versionInfo != "")' "$binary.spdx.json"
}

@test "the same bytes come out of a tree elsewhere" {
	copy=$BATS_TEST_TMPDIR/elsewhere/tree
	mkdir -p "$copy"
	git -c safe.directory='*' ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - | tar -C "$copy" -xf -
	[ ! -e web/node_modules ] || ln -s "$PWD/web/node_modules" "$copy/web/node_modules" # else it has no page
	(cd "$copy" && SOURCE_DATE_EPOCH=0 make/dist)
	cmp "$binary" "$copy/$binary"
}

@test "it runs in a root that holds nothing else" {
	run -0 tests/dist/inside "$root" "$binary" --version
	[[ $output == "unfin "* ]]
	run tests/dist/inside "$root" "$binary" check --netns self --window 0 --json
	jq -es '.[0].schema == "unfin.check/1"' <<<"$(sed -n '/^{/,/^}/p' <<<"$output")"
	run -0 tests/dist/inside "$root" "$binary" list -r -q --source sock_diag
	run -0 tests/dist/inside "$root" "$binary" explain close-wait
	[[ $output == *"you are here"* ]]
}

@test "it finds the incident there" {
	run -1 tests/dist/inside "$root" "$binary" lab incident -q -- /usr/local/bin/unfin check --json
	jq -e '.findings[0].id == "never-closed" and .findings[0].subject.comm == "fetch-profiles"' <<<"$output"
}

@test "blame names lines there, and check where a process hangs" {
	programs=$PWD/tests/blame-matrix/programs
	mkdir -p "$root"/{proc,sys,usr/local/bin} && cp "$binary" "$root/usr/local/bin/unfin"
	gcc -O2 -g "$programs/leak.c" -o "$BATS_TEST_TMPDIR/leak" -pthread
	# shellcheck disable=SC2016 # for the shell within
	unshare -n -m -p -f --kill-child sh -c '
		mount -t proc proc /proc && mount --bind /proc "$1/proc" && mount -t sysfs sysfs "$1/sys" && ip link set lo up
		/usr/bin/python3 "$2/server.py" 8080 & until ss -tlnH | grep -q :8080; do sleep 0.05; done
		"$1/leak" 8080 6 & /usr/bin/python3 "$3/tests/netns/hung.py" 8081 stopped &
		for _ in $(seq 200); do [ "$(ss -tnH state close-wait sport = :8081 | wc -l)" != 8 ] || break; sleep 0.05; done
		export UNFIN_NETNS=self
		UNFIN_FILTER=kill chroot "$1" /usr/local/bin/unfin blame --window 3s --json >"$1/blame"
		UNFIN_FILTER=kill chroot "$1" /usr/local/bin/unfin check --window 0 --json >"$1/check"
		true' sh "$root" "$programs" "$PWD" 3>&-
	jq -e --argjson line "$(awk '/here: fetch_profile/ { print NR; exit }' "$programs/leak.c")" '
		any(.sites[]; .function == "fetch_profile" and .line == $line and .how == "exact")' "$root/blame"
	jq -e 'any(.findings[]; .id == "hung-owner" and .site.function == "stop" and .site.line > 0)' "$root/check"
}

# What a container has that was started by the line of docs/container.md, but for seccomp and AppArmor.
@test "with the capabilities of docs/container.md it sees all, and the victim" {
	[[ $(<docs/container.md) == *"--cap-add=SYS_ADMIN --cap-add=SYS_PTRACE"* ]]
	caps=-all
	for cap in chown dac_override fsetid fowner mknod net_raw setgid setuid setfcap setpcap net_bind_service sys_chroot \
		kill audit_write sys_admin sys_ptrace; do caps+=,+$cap; done
	mkdir -p "$root"/{proc,sys,usr/local/bin}
	cp "$binary" "$root/usr/local/bin/unfin"
	# shellcheck disable=SC2016 # for the shell within
	run -1 --separate-stderr build/unfin lab incident -q -- unshare --mount sh -c '
		mount -t proc proc "$1/proc" && mount -t sysfs sysfs "$1/sys" &&
		exec setpriv --bounding-set "$2" --inh-caps "$2" chroot "$1" /usr/local/bin/unfin check --netns self --json' \
		sh "$root" "$caps"
	jq -e '.coverage.complete and (.findings[] | select(.id == "ports-exhausted") | .victims | length > 0)' <<<"$output"
	# where the first process lets itself be looked at
	[ ! -e /proc/1/root/etc/passwd ] ||
		jq -e '.findings[] | select(.id == "never-closed") | .subject.user == "root"' <<<"$output"
}
