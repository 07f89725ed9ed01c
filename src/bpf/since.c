// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "since.h"
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <string.h>

/* The youngest thing that each of them calls. That tracing programs may ask for the cookie of a socket is no helper of
 * its own: the one named came with it. */
static const struct {
	const char *helper, *since;
} youngest[] = {
	[PROGRAMS_SNAPSHOT] = { "BPF_FUNC_check_mtu", "Linux 5.12" },
	[PROGRAMS_HIDING] = { "BPF_FUNC_loop", "Linux 5.17" },
	[PROGRAMS_EVENTS] = { "BPF_FUNC_task_pt_regs", "Linux 5.15" },
	[PROGRAMS_CAPTURE] = { "BPF_FUNC_task_pt_regs", "Linux 5.15" },
};

static bool has_helper(const struct btf *types, const char *helper)
{
	int id = btf__find_by_name_kind(types, "bpf_func_id", BTF_KIND_ENUM);
	const struct btf_type *t = id < 0 ? NULL : btf__type_by_id(types, (__u32)id);

	for (__u32 i = 0; t && i < btf_vlen(t); i++)
		if (!strcmp(btf__name_by_offset(types, btf_enum(t)[i].name_off), helper))
			return true;
	return !t;
}

const char *programs_since(enum program_set set)
{
	libbpf_set_print(NULL);
	struct btf *types = btf__load_vmlinux_btf();
	bool has = !types || has_helper(types, youngest[set].helper);

	btf__free(types);
	return has ? NULL : youngest[set].since;
}
