/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A command that is watched, and what it starts, and so on. The command keeps its number until its parent, the tool,
 * has waited for it. What it starts does not, and may run through all numbers there are: it is known by what its
 * threads share in the kernel, which nobody else has before the last of them is freed. That is after its descriptors
 * are closed, when it has no number any more. */
#ifndef UNFIN_FAMILY_BPF_H
#define UNFIN_FAMILY_BPF_H

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768); /* as many as are alive at once */
	__type(key, __u64);         /* the struct signal_struct */
	__type(value, __u8);
} family SEC(".maps");

__u32 family_command; /* its number */
__u64 family_lost;    /* processes that found no room: they are taken for others' */

static __always_inline bool family_has(struct task_struct *task)
{
	__u64 key = (__u64)task->signal;

	return bpf_map_lookup_elem(&family, &key) || (family_command && task_tgid(task) == family_command);
}

static __always_inline void family_fork(struct task_struct *parent, struct task_struct *child)
{
	__u64 key = (__u64)child->signal;
	__u8 yes = 1;

	if (parent->signal != child->signal && family_has(parent) && bpf_map_update_elem(&family, &key, &yes, BPF_ANY))
		__sync_fetch_and_add(&family_lost, 1);
}

/* The leader is freed last, but for one in whose place another thread has gone on with exec. */
static __always_inline void family_free(struct task_struct *task)
{
	__u64 key = (__u64)task->signal;

	if (task->group_leader == task)
		bpf_map_delete_elem(&family, &key);
}
#endif
