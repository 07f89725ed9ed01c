#!/usr/bin/env bats
# A kernel that was built without IPv6, Multipath TCP or cgroups has no such types: the programs load there, too. Here these
# types get names that no kernel has.
bats_require_minimum_version 1.5.0

@test "the programs load where the kernel has no IPv6, no Multipath TCP and no cgroups" {
	command -v clang >/dev/null && command -v bpftool >/dev/null || skip "clang and bpftool are not here"
	unshare -m true 2>/dev/null || skip "mount namespaces need root"
	cp "$BATS_TEST_DIRNAME"/../../src/bpf/*.[hc] "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return
	sed -i -E 's/\b(mptcp_|skc_v6_|sk_cgrp_data|css_set|cgroups\b)/without_\1/g; s/\bis_mptcp\b/without_\0/g; s/struct cgroup\b/struct without_cgroup/g' ./*.h ./*.bpf.c
	arch=$([[ $(uname -m) == x86_64 ]] && echo x86 || echo arm64)
	# Of each program: where they lack nothing these load here, as all other tests show.
	for program in capture counts doomed events hosttable reclaim snapshot watch; do
		clang -O2 -g -Wno-missing-declarations -target bpf -D__TARGET_ARCH_"$arch" -I. -c $program.bpf.c -o $program.o
		run unshare -m sh -c 'mount -t bpf none /sys/fs/bpf && bpftool prog loadall "$1" /sys/fs/bpf/p' sh $program.o
		[[ $status == 0 ]] || { echo "$program: $(grep -v '^[0-9 ]*:' <<<"$output" | tail -n 5)"; return 1; }
	done
}
