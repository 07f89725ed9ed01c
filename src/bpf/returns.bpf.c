// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Calls that fail, met where the kernel's own function for each call returns (fexit): no other call pays for that. It
 * takes a kernel with trampolines (x86-64: 5.5, and 5.17 for what is asked here; arm64: 6.0). These functions, and not
 * those of TCP below them, because all that a program is told comes through them: a full table of descriptors, which
 * accept() and socket() meet before TCP is asked, and the refusal of a security module, too.
 *
 * A function may be attached to and yet never be run, where the compiler has put a copy of it into its caller. So each
 * is tried: user space makes the call with RECORD_TRIAL, which cannot succeed, and looks whether it was seen here.
 *
 * What was called before this was attached returns unseen: a connect() that has long been waiting. */
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

enum { EBADF = 9, EINVAL = 22 };

/* Not from the argument behind those that are declared here: how many there are is the kernel's to say. */
static __always_inline long read_return(void *ctx)
{
	__u64 ret = 0;

	bpf_get_func_ret(ctx, &ret);
	return (int)ret;
}

static __always_inline int count_return(void *ctx, struct ended *c)
{
	c->ret = read_return(ctx);
	if (c->ret == -EBADF && c->fd == (unsigned int)RECORD_TRIAL)
		__sync_fetch_and_add(&books.tried[c->call], 1);
	return is_nothing(c->ret) || is_nothing_of(c->ret, c->call) ? 0 : count_call(c);
}

SEC("fexit/__sys_bind")
int BPF_PROG(bind_returned, int fd, const void *address, int length)
{
	return count_return(ctx, &(struct ended){ address, .length = length, .fd = fd, .call = RECORD_CALL_BIND });
}

SEC("fexit/__sys_connect")
int BPF_PROG(connect_returned, int fd, const void *address, int length)
{
	return count_return(ctx, &(struct ended){ address, .length = length, .fd = fd, .call = RECORD_CALL_CONNECT });
}

SEC("fexit/__sys_listen")
int BPF_PROG(listen_returned, int fd)
{
	return count_return(ctx, &(struct ended){ .fd = fd, .call = RECORD_CALL_LISTEN });
}

SEC("fexit/__sys_accept4")
int BPF_PROG(accept_returned, int fd)
{
	return count_return(ctx, &(struct ended){ .fd = fd, .call = RECORD_CALL_ACCEPT });
}

SEC("fexit/__sys_socket")
int BPF_PROG(socket_returned, int family, int type, int protocol)
{
	long ret = read_return(ctx);

	if (ret == -EINVAL && protocol == RECORD_TRIAL)
		__sync_fetch_and_add(&books.tried[RECORD_CALL_SOCKET], 1);
	return is_nothing(ret) || is_nothing_of(ret, RECORD_CALL_SOCKET) ? 0 : count_socket(ret);
}
