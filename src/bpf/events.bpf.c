// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Calls that fail, met at the exits of their system calls, on kernels that have nothing cheaper (returns.bpf.c): an
 * enabled exit costs every system call of the machine 30 to 50 ns. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "record.h"
#include "socket.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#include "exit.bpf.h"
#include "calls.bpf.h"

/* One program for all of them, since each is verified by itself: user space has written on each tracepoint's link which
 * call it is. The name is of no account. */
SEC("tracepoint/syscalls/sys_exit_bind")
int call_exit(struct sys_exit *ctx)
{
	if (is_nothing(ctx->ret))
		return 0;
	enum record_call call = bpf_get_attach_cookie(ctx);
	if (is_nothing_of(ctx->ret, call))
		return 0;
	if (call == RECORD_CALL_SOCKET)
		return count_socket(ctx->ret);
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct ended c = { .address = (const void *)PT_REGS_PARM2_CORE_SYSCALL(regs),
		           .ret = ctx->ret,
		           .length = (int)PT_REGS_PARM3_CORE_SYSCALL(regs),
		           .fd = (unsigned int)PT_REGS_PARM1_CORE_SYSCALL(regs),
		           .call = call };
	return count_call(&c);
}
