#!/usr/bin/env bats
# The gates, gated: each passes on a small good tree and fails on the same tree with one fault in it.

setup() {
	TOP=${TOP:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir -p src/base src/rule src/model src/bpf src/view docs/causes tests/unit make build/src/libunfin.a.p
	cp "$TOP/.clang-format" .
	echo "Licence" >LICENSE
	echo "sources += files('leak.c')" >src/rule/meson.build
	echo "sources += files('text.c')" >src/base/meson.build
	echo "units = ['text']" >tests/meson.build
	echo "A leak." >docs/causes/leak.md
	printf '%s\n' '/* Text. */' '#pragma once' 'int text_length(const char *s);' >src/base/text.h
	printf '%s\n' '#include "text.h"' '' 'int text_length(const char *s)' '{' '	return !s;' '}' >src/base/text.c
	printf '%s\n' '/* A leak. */' '#include "base/text.h"' 'struct rule {' '	const char *id;' '};' 'extern const struct rule rule_leak;' \
		'const struct rule rule_leak = {' '	.id = "leak",' '};' >src/rule/leak.c
	printf '%s\n' '/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */' '/* A record. */' '#pragma once' 'int x(void);' >src/bpf/record.h
	printf '%s\n' 'int main(void)' '{' '	return 0;' '}' >tests/unit/text.c
	printf '%s\n' '#!/bin/bash' 'echo "$1"' >make/tool
	chmod +x make/tool
}

compile() { # FILE: as the build does
	gcc -c -fPIC -O2 -Isrc "$1" -o "build/src/libunfin.a.p/$(sed 's,^src/,,; s,/,_,g' <<<"$1").o"
}

assert_passes() { # GATE
	run "$TOP/tests/gates/$1"
	echo "$1: status $status: $output"
	[ "$status" -eq 0 ] && [ -z "$output" ]
}

assert_fails() { # GATE TEXT
	run "$TOP/tests/gates/$1"
	echo "$1: status $status: $output"
	[ "$status" -eq 1 ] && [[ $output == *"$2"* ]]
}

lines() { # TEXT COUNT
	yes "$1" | head -n "$2"
}

@test "a good tree passes every gate" {
	compile src/base/text.c
	compile src/rule/leak.c
	for gate in "$TOP"/tests/gates/*; do
		case $gate in *.bats) continue ;; esac
		if [ -x "$gate" ]; then assert_passes "${gate##*/}"; fi
	done
}

@test "a good tree in git passes, and an ignored file is not looked at" {
	git init -q .
	echo /build/ >.gitignore
	lines "/* x */" 501 >build/made.c
	git add . && rm make/tool
	assert_passes file-length
	assert_passes shell
}

@test "build-length: 300 lines of meson" {
	lines "# x" 297 >meson.build
	assert_fails build-length "300 lines"
}

@test "causes: a rule without a page" {
	rm docs/causes/leak.md
	assert_fails causes "docs/causes/leak.md is missing"
}

@test "causes: a page without a rule" {
	touch docs/causes/ghost.md
	assert_fails causes "ghost.md: no rule"
	mkdir tests/gates
	echo ghost >tests/gates/causes-to-come
	assert_passes causes
	echo leak >>tests/gates/causes-to-come
	assert_fails causes "leak has its rule"
}

@test "commands-named: advice that names a command to come" {
	mkdir -p src/cmd
	printf '%s\n' '/* `unfin blame` will tell */' 'const char *next = "unfin blame";' >src/cmd/x.c
	assert_fails commands-named "there is no command unfin blame"
	[ "${#lines[@]}" = 1 ]
	touch src/cmd/blame.c
	assert_passes commands-named
}

@test "docs-paths: a link and a path that lead nowhere" {
	printf '%s\n' 'See [this](docs/gone.md), `src/gone/x.c`, [that](docs/causes/leak.md), `src/base/text.c`,' \
		'[there](https://example.net/x), `src/base/NAME.c`, `src/*/leak.c`.' >README.md
	assert_fails docs-paths "the link docs/gone.md"
	assert_fails docs-paths "there is no src/gone/x.c"
	[ "${#lines[@]}" = 2 ]
}

@test "file-length: 501 lines of C, of shell, of Python" {
	lines "/* x */" 501 >src/base/long.c
	{ echo '#!/bin/sh' && lines : 500; } >make/long
	lines pass 501 >tests/long.py
	assert_fails file-length "src/base/long.c: 501"
	assert_fails file-length "make/long: 501"
	assert_fails file-length "tests/long.py: 501"
}

@test "format: a line clang-format would change" {
	echo "int  text_x( void );" >>src/base/text.h
	assert_fails format "src/base/text.h: "
}

@test "function-size: 71 lines" {
	{ printf 'int f(void)\n{\n' && lines "	g();" 68 && printf '}\n'; } >src/base/long.c
	assert_fails function-size "long.c:1: f() has 71 lines"
	sed -i 3d src/base/long.c
	assert_passes function-size
}

@test "function-size: 21 branches, but not those of comments and strings" {
	{ printf 'int f(int a)\n{\n' && lines '	if (a) /* if || ? */ // case &&' 20 && printf '	puts("a ? b");\n}\n'; } >src/base/wide.c
	assert_passes function-size
	sed -i 's/puts.*/return a ? 1 : 2;/' src/base/wide.c
	assert_fails function-size "wide.c:1: f() has 21 branches"
}

@test "function-size: the head may take two lines" {
	{ printf 'int f(int a,\n      int b)\n{\n' && lines "	g();" 68 && printf '}\n'; } >src/base/long.c
	assert_fails function-size "long.c:1: f() has 72 lines"
}

@test "headers: one that needs another first, one taken in twice, one without its idea" {
	printf '%s\n' '/* Needs. */' '#pragma once' 'size_t f(void);' >src/base/needs.h
	printf '%s\n' '/* Twice. */' 'int g(void);' >src/base/twice.h
	printf '%s\n' '#pragma once' >src/base/mute.h
	printf '%s\n' 'int h(void);' >src/base/alone.c
	assert_fails headers "src/base/needs.h: does not compile alone"
	assert_fails headers "src/base/twice.h: no #pragma once"
	assert_fails headers "src/base/mute.h: does not open with its idea"
	assert_fails headers "src/base/alone.c: does not open with its idea"
}

@test "includes: a room that is not below" {
	sed -i 's,base/text.h,view/page.h,' src/rule/leak.c
	assert_fails includes "rule may not include view"
}

@test "includes: base includes no room" {
	sed -i 's,"text.h","model/addr.h",' src/base/text.c
	assert_fails includes "base may not include model"
}

@test "includes: a file of another room by its bare name, or by a path" {
	sed -i 's,base/text.h,text.h,' src/rule/leak.c
	assert_fails includes '"text.h" is not in the room of rule'
	sed -i 's,"text.h","../base/text.h",' src/rule/leak.c
	assert_fails includes "rule may not include ../base"
}

@test "includes: an unknown room" {
	mkdir src/util
	touch src/util/x.c
	assert_fails includes "no such room: util"
}

@test "licence: a file of src/bpf, a program's licence, the LICENSE" {
	echo "int x(void);" >src/bpf/record.h
	printf '%s\n' '// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause' 'char l[] SEC("license") = "GPL";' >src/bpf/a.bpf.c
	rm LICENSE
	assert_fails licence "src/bpf/record.h: no"
	assert_fails licence "a.bpf.c: its license"
	assert_fails licence "LICENSE is missing"
}

@test "listed: a source and a unit that no list names" {
	touch src/base/lost.c tests/unit/lost.c
	assert_fails listed "src/base/lost.c"
	assert_fails listed "tests/unit/lost.c"
}

@test "facts-told: a fact that one source, or a kept file, forgets" {
	mkdir -p src/model src/source/diag src/source/kept
	printf '%s\n' 'enum socket_flag {' '	SOCKET_NEW = 1 << 0,' '};' 'struct socket {' '	uint32_t mark; /* a fact */' '};' \
		'struct holder {' '};' >src/model/socket.h
	printf '%s\n' 'struct process {' '	const char *name;' '};' 'struct netns {' '};' >src/model/process.h
	echo 'int set = SOCKET_NEW;' | tee src/model/window.c >src/model/moment.c
	echo 'int f(struct socket *s) { return s->mark; }' >src/source/decode.c
	echo '/* mark */' >src/source/diag/decode.c
	echo 'C(U32, mark), C(TEXT, name)' >src/source/kept/table.c
	assert_fails facts-told 'src/source/diag does not tell "mark"'
	echo '/* Not told: mark. */' >src/source/diag/decode.c
	assert_passes facts-told
	echo 'C(U32, mark) /* name */' >src/source/kept/table.c
	assert_fails facts-told 'src/source/kept does not tell "name"'
}

@test "no-globals: .data, .bss and a function's static" {
	printf '%s\n' 'int set = 1;' 'int unset;' 'int next(void)' '{' '	static int calls;' '	return ++calls;' '}' >src/base/state.c
	compile src/base/state.c
	assert_fails no-globals "set in .data"
	assert_fails no-globals "unset in .bss"
	assert_fails no-globals "calls.0 in .bss"
}

@test "no-globals: a pointer that may change, but not a const table of pointers" {
	printf '%s\n' 'const char *const words[] = { "a", 0 };' >src/base/state.c
	compile src/base/state.c
	assert_passes no-globals
	printf '%s\n' 'const char *words[] = { "a", 0 };' >src/base/state.c
	compile src/base/state.c
	assert_fails no-globals "words in .data"
}

@test "no-globals: nothing built is no proof" {
	rm -r build
	assert_fails no-globals "build first"
}

@test "checked-calls: memory that may not be there, a directory whose end nobody questions" {
	printf '%s\n' 'char *f(void)' '{' '	return strdup("x"); /* not readdir(d) */' '}' >src/model/copy.c
	assert_fails checked-calls "src/model/copy.c:3"
	printf '%s\n' 'void *f(DIR *d)' '{' '	return readdir(d);' '}' >src/model/copy.c
	assert_fails checked-calls "src/model/copy.c:3"
	rm src/model/copy.c
	assert_passes checked-calls
}

@test "no-goto: in user space, not in a comment, not in BPF" {
	printf '%s\n' '/* goto */' 'void f(void)' '{' 'out:' '	goto out;' '}' | tee src/base/jump.c >src/bpf/jump.bpf.c
	assert_fails no-goto "src/base/jump.c:5"
	[[ $output != *bpf* ]]
	sed -i 5d src/base/jump.c
	assert_passes no-goto
}

@test "no-machine-paths: where this tree once stood" {
	printf 'see /%s/x\n' work >docs/where.md
	assert_fails no-machine-paths "docs/where.md:1"
	echo "see https://host/network/x and src/work/x" >docs/where.md
	assert_passes no-machine-paths
}

@test "pure-rooms: a rule that asks the clock, a model that reads, a view that prints" {
	printf '%s\n' '#include <time.h>' 'long f(void)' '{' '	return time(0);' '}' >src/rule/late.c
	printf '%s\n' '#include <stdio.h>' 'void *f(void)' '{' '	return fopen("x", "r");' '}' >src/model/read.c
	printf '%s\n' '#include <stdio.h>' 'void f(int a)' '{' '	printf("%d", a);' '}' >src/view/say.c
	for file in src/rule/late.c src/model/read.c src/view/say.c; do compile "$file"; done
	assert_fails pure-rooms "late.c calls time"
	assert_fails pure-rooms "read.c calls fopen"
	assert_fails pure-rooms "say.c prints: printf"
}

@test "shell: a script that does not parse, one that shellcheck warns of" {
	printf '%s\n' '#!/bin/bash' 'if true; then' >make/broken
	printf '%s\n' '#!/bin/bash' 'rm -rf $1/*' 'unused=1' >tests/odd.sh
	assert_fails shell "make/broken: does not parse"
	assert_fails shell "tests/odd.sh"
}

@test "kernel-types: names that displace each other, and an object without a map" {
	mkdir -p build/src/bpf
	# inode and net share a place
	printf '%s\n' '#define CORE __attribute__((preserve_access_index))' 'struct net { volatile int a; } CORE;' 'struct inode { volatile int b; } CORE;' \
		'__attribute__((section("raw_tp/x"))) int x(void **c)' '{' \
		'	return __builtin_preserve_access_index(((struct net *)c[0])->a) + ((struct inode *)c[1])->b;' '}' \
		'struct { int (*type)[2]; } some __attribute__((section(".maps"), used));' >src/bpf/snapshot.bpf.c
	clang -O2 -g -target bpf -c src/bpf/snapshot.bpf.c -o build/src/bpf/snapshot.bpf.o
	run "$TOP/tests/gates/kernel-types" --all
	[ "$status" -eq 0 ] && [[ $output == *"snapshot.bpf.o: net"*"snapshot.bpf.o: inode"*"8: inode, net"* ]]
	sed -i '/maps/d' src/bpf/snapshot.bpf.c
	clang -O2 -g -target bpf -c src/bpf/snapshot.bpf.c -o build/src/bpf/snapshot.bpf.o
	assert_fails kernel-types "src/bpf/snapshot.bpf.c: no map"
	rm build/src/bpf/snapshot.bpf.o
	assert_fails kernel-types "build first"
	for _ in 1 2 3 4; do
		sed -i 's/return \(.*\);/return \1 + ((struct net *)c[0])->a + ((struct inode *)c[1])->b;/' src/bpf/snapshot.bpf.c
	done
	clang -O2 -g -target bpf -c src/bpf/snapshot.bpf.c -o build/src/bpf/snapshot.bpf.o
	assert_fails kernel-types "searches at each start, 6 allowed"
}

@test "sealed-calls: a call, a family, a function of libc that are in no table of the filter" {
	mkdir -p src/power
	printf '%s\n' 'static const struct call_row allowed[] = {' '	{ SYS_bpf, LOOK },' '	{ SYS_socket, TALKS, CHECK },' '};' \
		'static const struct family_row families[] = {' '	{ AF_NETLINK, LOOK },' '};' >src/power/calls.c
	printf '%s\n' 'long a = syscall(SYS_bpf, 1);' 'int b = socket(AF_NETLINK, 1, 2);' '/* syscall(SYS_mount) */' >src/base/ask.c
	assert_passes sealed-calls
	echo 'long c = syscall(SYS_mount, 1);' >>src/base/ask.c
	assert_fails sealed-calls "src/base/ask.c:4: mount is in no row"
	sed -i 's/.*SYS_mount, 1.*/int d = socket(six ? AF_INET6 : AF_NETLINK, 1, 2);/' src/base/ask.c
	assert_fails sealed-calls "src/base/ask.c:4: INET6 is in no row"
	sed -i 4d src/base/ask.c
	printf '%s\n' '#include <unistd.h>' 'int leave(void)' '{' '	return chroot("/");' '}' >src/base/text.c
	compile src/base/text.c
	assert_fails sealed-calls "chroot is in no row"
}

@test "decoded-apart: a decoder that is called by who still has rights, a library that parses" {
	mkdir -p src/cmd src/blame
	printf '%s\n' '#include <gelf.h>' >src/blame/elf.c
	printf '%s\n' 'static void decode_all(void *context, int out)' '{' '	decoder_read(context, out); /* history_ask( */' '}' >src/cmd/decode.c
	assert_passes decoded-apart
	printf '%s\n' 'static void look(void *context)' '{' '	decoder_read(context, 1);' '}' >>src/cmd/decode.c
	assert_fails decoded-apart "src/cmd/decode.c:7: not in the work of a confined child"
	sed -i 5,8d src/cmd/decode.c
	echo '#include <elfutils/libdwfl.h>' >src/cmd/lines.c
	assert_fails decoded-apart "src/cmd/lines.c:1"
}
