// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "pid_namespace.h"
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static int member_at(const struct btf *types, const char *name, const char *member, __u32 *ret)
{
	int id = btf__find_by_name_kind(types, name, BTF_KIND_STRUCT);
	const struct btf_type *t = id < 0 ? NULL : btf__type_by_id(types, (__u32)id);

	for (__u32 i = 0; t && i < btf_vlen(t); i++) {
		if (strcmp(btf__name_by_offset(types, btf_members(t)[i].name_off), member) != 0)
			continue;
		*ret = btf_member_bit_offset(t, i) / 8;
		return 0;
	}
	return -ENOENT;
}

static int find_members(struct record_pid_namespace *n)
{
	__u32 common, inode;
	int err;

	libbpf_set_print(NULL);
	struct btf *types = btf__load_vmlinux_btf();
	if (!types)
		return -errno;
	err = member_at(types, "pid", "level", &n->level_at) ?: member_at(types, "pid", "numbers", &n->numbers_at) ?:
	      member_at(types, "pid_namespace", "ns", &common) ?: member_at(types, "ns_common", "inum", &inode);
	btf__free(types);
	if (!err)
		n->inode_at = common + inode;
	return err;
}

/* The first process of /proc is in the namespace that /proc shows; ours may be another, if nobody has mounted a /proc
 * for it. Who may not look at that process takes the likely one. */
int pid_namespace_find(struct record_pid_namespace *ret)
{
	struct record_pid_namespace found = { 0 };
	struct stat st;
	int err;

	if (stat("/proc/1/ns/pid", &st) && stat("/proc/self/ns/pid", &st))
		return -errno;
	if (st.st_ino != PID_NAMESPACE_INITIAL) {
		found.inode = (__u32)st.st_ino;
		err = find_members(&found);
		if (err)
			return err;
	}
	*ret = found;
	return 0;
}
