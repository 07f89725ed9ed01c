// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A bind() or connect() that fails leaves no socket and moves no counter: it must be seen when it returns.
 * The exits of just these two system calls are watched, and only while someone waits for the answer: an
 * enabled exit costs every system call of the machine 30 to 50 ns. Failures are counted here, one row for
 * each (process, call, errno, target), so that a storm of them costs a row and no traffic. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "record.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* A negative result up to this is an errno (include/linux/err.h); of those EINPROGRESS and EAGAIN are no failures,
 * nor is EINTR: the call goes on or comes again. */
enum { MAX_ERRNO = 4095, EINTR = 4, EAGAIN = 11, EALREADY = 114, EINPROGRESS = 115, EISCONN = 106 };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct record_failure_key);
	__type(value, struct record_failure);
} failures SEC(".maps");

__u64 failures_lost; /* rows that found no room */

struct sys_exit {
	__u64 common;
	long id;
	long ret;
};

static __always_inline bool is_failure(long ret)
{
	return ret < 0 && ret >= -MAX_ERRNO && ret != -EINPROGRESS && ret != -EAGAIN && ret != -EINTR &&
	       ret != -EALREADY && ret != -EISCONN;
}

/* The socket behind a descriptor of the current task, if it is one of TCP. */
static __always_inline struct sock *tcp_socket(struct task_struct *task, unsigned int fd)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **slots = BPF_CORE_READ(table, fd), *file = 0;

	if (fd >= BPF_CORE_READ(table, max_fds))
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), slots + fd);
	struct socket *socket = file ? BPF_CORE_READ(file, private_data) : 0;
	struct sock *sk = socket ? BPF_CORE_READ(socket, sk) : 0;
	if (!sk)
		return 0;
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family), protocol = BPF_CORE_READ(sk, sk_protocol);
	bool tcp = protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP;
	return tcp && (family == AF_INET || family == AF_INET6) ? sk : 0;
}

/* What the program asked for, as it stands in its memory: the page was just read by the kernel itself. */
static __always_inline void read_target(struct record_failure_key *key, const void *user, int length)
{
	struct {
		__u16 family;
		__be16 port;
		__be32 v4;
		__u8 v6[16];
		__u32 scope;
	} address = { 0 };

	if (length >= (int)sizeof(address))
		bpf_probe_read_user(&address, sizeof(address), user);
	else
		bpf_probe_read_user(&address, 16, user);
	key->port = __builtin_bswap16(address.port);
	if (address.family == AF_INET6) {
		key->v6 = 1;
		__builtin_memcpy(key->target, address.v6, 16);
		return;
	}
	key->target[10] = key->target[11] = 0xff;
	__builtin_memcpy(key->target + 12, &address.v4, 4);
}

static __always_inline void count_failure(const struct record_failure_key *key, struct task_struct *task)
{
	__u64 now = bpf_ktime_get_boot_ns();
	struct record_failure *row = bpf_map_lookup_elem(&failures, key);

	if (row) {
		__sync_fetch_and_add(&row->count, 1);
		row->last_boot_ns = now;
		return;
	}
	struct record_failure first = { .count = 1, .first_boot_ns = now, .last_boot_ns = now };
	first.uid = BPF_CORE_READ(task, cred, uid.val);
	first.ppid = BPF_CORE_READ(task, real_parent, tgid);
	BPF_CORE_READ_STR_INTO(&first.comm, task, group_leader, comm);
	if (bpf_map_update_elem(&failures, key, &first, BPF_NOEXIST))
		__sync_fetch_and_add(&failures_lost, 1);
}

static __always_inline int on_exit(struct sys_exit *ctx, enum record_call call)
{
	struct record_failure_key key = { .call = call };

	if (!is_failure(ctx->ret))
		return 0;
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	struct sock *sk = tcp_socket(task, (unsigned int)PT_REGS_PARM1_CORE_SYSCALL(regs));
	if (!sk)
		return 0;
	key.tgid = BPF_CORE_READ(task, tgid);
	key.error = (__s32)-ctx->ret;
	key.start_boot_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	key.netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	read_target(&key, (const void *)PT_REGS_PARM2_CORE_SYSCALL(regs), (int)PT_REGS_PARM3_CORE_SYSCALL(regs));
	count_failure(&key, task);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_bind")
int bind_exit(struct sys_exit *ctx)
{
	return on_exit(ctx, RECORD_CALL_BIND);
}

SEC("tracepoint/syscalls/sys_exit_connect")
int connect_exit(struct sys_exit *ctx)
{
	return on_exit(ctx, RECORD_CALL_CONNECT);
}
