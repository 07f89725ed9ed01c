/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The numbers of a process, as the /proc of the tool shows them. In the initial pid namespace they are the kernel's
 * own. In another, struct pid has one for each level, and user space tells where (see pid_namespace.h): left to CO-RE,
 * libbpf would search for these types on every host, 0.8 ms each, and few need them. */
#ifndef UNFIN_TASK_BPF_H
#define UNFIN_TASK_BPF_H

enum {
	PID_LEVELS = 33,       /* MAX_PID_NS_LEVEL, and the initial one */
	PF_KTHREAD = 0x200000, /* task->flags (include/linux/sched.h): a thread of the kernel's own */
};

const volatile struct record_pid_namespace pid_namespace;

/* One of the numbers[] in struct pid, alike in all kernels that have these iterators (include/linux/pid.h). */
struct numbered_pid {
	int number;
	const char *namespace;
};

/* 0: none there. It is outside of that namespace, or has just ended. Global: verified once, not at each call. */
__noinline __u32 pid_number(__u64 pid)
{
	const char *at = (const char *)pid;
	__u32 deepest = 0;

	if (!pid_namespace.inode)
		return 0;
	bpf_probe_read_kernel(&deepest, sizeof(deepest), at + pid_namespace.level_at);
	at += pid_namespace.numbers_at;
#pragma clang loop unroll(disable)
	for (__u32 level = 1; level < PID_LEVELS && level <= deepest; level++) {
		struct numbered_pid one = { 0 };
		__u32 inode = 0;

		bpf_probe_read_kernel(&one, sizeof(one), at + level * sizeof(one));
		bpf_probe_read_kernel(&inode, sizeof(inode), one.namespace + pid_namespace.inode_at);
		if (inode == pid_namespace.inode)
			return (__u32)one.number;
	}
	return 0;
}

static __always_inline __u32 task_tgid(struct task_struct *task)
{
	return pid_namespace.inode ? pid_number((__u64)BPF_CORE_READ(task, group_leader, thread_pid))
	                           : (__u32)task->tgid;
}

static __always_inline __u32 task_tid(struct task_struct *task)
{
	return pid_namespace.inode ? pid_number((__u64)BPF_CORE_READ(task, thread_pid)) : (__u32)task->pid;
}

static __always_inline __u32 task_ppid(struct task_struct *task)
{
	if (pid_namespace.inode)
		return pid_number((__u64)BPF_CORE_READ(task, real_parent, group_leader, thread_pid));
	return (__u32)BPF_CORE_READ(task, real_parent, tgid);
}
#endif
