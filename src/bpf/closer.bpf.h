/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who closes. The kernel closes a file where its last reference goes, at the end of that task's call, and that need not
 * be a task which had a descriptor: whoever looks at the descriptors of others (an iterator, /proc/PID/fdinfo) holds
 * their files for a moment, and if they are closed just then, his read() does the close. So the running task is taken
 * for the closer only where its call says so: it gives up descriptors, or uses sockets (another thread has closed what
 * this one was waiting in), or the task ends. Otherwise nobody is named. */
#ifndef UNFIN_CLOSER_BPF_H
#define UNFIN_CLOSER_BPF_H

enum { PF_EXITING = 4, PF_IO_WORKER = 0x10 };

enum closer {
	CLOSER_UNKNOWN,
	CLOSER_PROCESS, /* one of its threads, which need not be the running one */
	CLOSER_THREAD,
};

#if defined(__TARGET_ARCH_x86)
enum { TS_COMPAT = 2 }; /* a call of 32 bits (arch/x86/include/asm/thread_info.h) */

static __always_inline enum closer closer_by_call32(int call)
{
	switch (call) {
	case 6:   /* close */
	case 11:  /* execve */
	case 63:  /* dup2 */
	case 330: /* dup3 */
	case 358: /* execveat */
	case 436: /* close_range */
		return CLOSER_THREAD;
	case 102: /* socketcall */
		return CLOSER_PROCESS;
	}
	return CLOSER_UNKNOWN;
}

static __always_inline enum closer closer_by_call64(int call)
{
	switch (call) {
	case 3:   /* close */
	case 33:  /* dup2 */
	case 59:  /* execve */
	case 292: /* dup3 */
	case 322: /* execveat */
	case 436: /* close_range */
	case 48:  /* shutdown */
	case 42:  /* connect */
		return CLOSER_THREAD;
	case 7:   /* poll */
	case 23:  /* select */
	case 44:  /* sendto */
	case 45:  /* recvfrom */
	case 46:  /* sendmsg */
	case 232: /* epoll_wait */
	case 270: /* pselect6 */
	case 271: /* ppoll */
	case 281: /* epoll_pwait */
	case 426: /* io_uring_enter */
	case 441: /* epoll_pwait2 */
		return CLOSER_PROCESS;
	}
	return CLOSER_UNKNOWN;
}

static __always_inline enum closer closer_by_call(struct task_struct *task, struct pt_regs *regs)
{
	if (task->thread_info.status & TS_COMPAT)
		return closer_by_call32((int)regs->orig_ax);
	return closer_by_call64((int)regs->orig_ax);
}
#else
static __always_inline enum closer closer_by_call(struct task_struct *task, struct pt_regs *regs)
{
	switch (regs->syscallno) {
	case 24:  /* dup3 */
	case 57:  /* close */
	case 221: /* execve */
	case 281: /* execveat */
	case 436: /* close_range */
	case 210: /* shutdown */
	case 203: /* connect */
		return CLOSER_THREAD;
	case 22:  /* epoll_pwait */
	case 72:  /* pselect6 */
	case 73:  /* ppoll */
	case 206: /* sendto */
	case 207: /* recvfrom */
	case 211: /* sendmsg */
	case 426: /* io_uring_enter */
	case 441: /* epoll_pwait2 */
		return CLOSER_PROCESS;
	}
	return CLOSER_UNKNOWN;
}
#endif

/* Of the running task. Global: verified once, not at each call. */
__noinline int closer_now(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (task->flags & PF_KTHREAD)
		return CLOSER_UNKNOWN;
	if (task->flags & PF_EXITING)
		return CLOSER_THREAD;
	if (task->flags & PF_IO_WORKER)
		return CLOSER_PROCESS;
	return closer_by_call(task, (struct pt_regs *)bpf_task_pt_regs(task));
}
#endif
