/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Calls that fail, and what becomes of them, however their end is met: where the kernel's own functions return
 * (returns.bpf.c), or else at the exits of system calls (events.bpf.c). A call that passes counts only for a process
 * that has failed at one before: did it find another port, or does it fail for ever? What goes by io_uring makes no
 * such call and is not seen. */
#ifndef UNFIN_CALLS_BPF_H
#define UNFIN_CALLS_BPF_H

#include "called.bpf.h"

/* What one process may take of the table, so that a scan of all ports leaves room for others. */
enum { FAILED_ROWS_MOST = 64, PASSED_ROWS_MOST = 16 };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct record_call_key);
	__type(value, struct record_calls);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct record_caller_key);
	__type(value, struct record_caller);
} callers SEC(".maps");

struct record_call_books books;
static struct record_caller nobody;

/* A call of the running process that has ended. */
struct ended {
	const void *address; /* of bind() and connect(): in the program's memory */
	long ret;
	int length;
	unsigned int fd;
	enum record_call call;
};

/* Those that have not failed are spared the search for their row. */
static __always_inline __u8 *mark_of_current(void)
{
	return &books.marks[(bpf_get_current_pid_tgid() >> 32) % RECORD_CALL_MARKS];
}

/* Out of descriptors or memory: the only failures of accept() and socket() that tell of the process. */
static __always_inline bool is_exhaustion(long ret)
{
	return ret == -EMFILE || ret == -ENFILE || ret == -ENOBUFS || ret == -ENOMEM;
}

/* A connect() under way has found its address and port. */
static __always_inline bool is_pass(long ret)
{
	return ret >= 0 || ret == -EINPROGRESS;
}

static __always_inline void read_file(struct record_caller *row, struct task_struct *task)
{
	struct inode *inode = BPF_CORE_READ(task, mm, exe_file, f_inode);

	if (!inode)
		return;
	row->exe_inode = INODE_READ(inode, i_ino);
	row->exe_device = INODE_READ(inode, i_sb, s_dev);
}

static __always_inline void read_command(struct record_caller *row, struct task_struct *task)
{
	__u64 start = BPF_CORE_READ(task, mm, arg_start), end = BPF_CORE_READ(task, mm, arg_end);
	__u64 bytes = end - start;

	if (bytes > sizeof(row->command))
		bytes = sizeof(row->command);
	if (!bpf_probe_read_user(row->command, bytes, (const void *)start))
		row->command_bytes = bytes;
}

static __always_inline struct kernfs_node *cgroup_above(struct kernfs_node *node)
{
	if (bpf_core_field_exists(node->__parent))
		return BPF_CORE_READ(node, __parent);
	return BPF_CORE_READ((struct kernfs_node___named *)node, parent);
}

/* The innermost names say which unit, pod and container it is of. */
static __always_inline void read_cgroups(struct record_caller *row, struct task_struct *task)
{
	struct kernfs_node *node = 0;

	if (bpf_core_field_exists(task->cgroups))
		node = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn);
	for (int i = 0; i < RECORD_CGROUPS; i++) {
		if (!node)
			return;
		bpf_probe_read_kernel_str(row->cgroups[i], RECORD_CGROUP_BYTES, BPF_CORE_READ(node, name));
		node = cgroup_above(node);
	}
}

static __always_inline struct record_caller *find_caller(const struct record_call_key *call)
{
	struct record_caller_key key = { .start_boot_ns = call->start_boot_ns, .tgid = call->tgid };

	return bpf_map_lookup_elem(&callers, &key);
}

/* Not inlined: the types that it reads from are then named once, see kernel.h. */
static __noinline struct record_caller *add_caller(const struct record_call_key *call)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct record_caller_key key = { .start_boot_ns = call->start_boot_ns, .tgid = call->tgid };
	struct record_caller *row = bpf_map_lookup_elem(&callers, &key);

	if (row)
		return row;
	bpf_map_update_elem(&callers, &key, &nobody, BPF_NOEXIST);
	row = bpf_map_lookup_elem(&callers, &key);
	if (!row)
		return 0;
	*mark_of_current() = 1;
	row->uid = BPF_CORE_READ(task, cred, uid.val);
	row->ppid = task_ppid(task);
	BPF_CORE_READ_STR_INTO(&row->comm, task, group_leader, comm);
	read_file(row, task);
	read_command(row, task);
	read_cgroups(row, task);
	return row;
}

/* The row of this call; or, of a process that has taken its share of the table, the one for all its further targets. */
static __always_inline struct record_calls *row_of(struct record_call_key *key, struct record_caller *caller)
{
	struct record_calls *row = bpf_map_lookup_elem(&calls, key),
	                    first = { .first_boot_ns = bpf_ktime_get_boot_ns() };
	__u32 *rows = key->error ? &caller->failed_rows : &caller->passed_rows;

	if (row)
		return row;
	if (*rows >= (key->error ? FAILED_ROWS_MOST : PASSED_ROWS_MOST)) {
		key->target = RECORD_TARGET_MANY;
		key->port = 0;
		__builtin_memset(key->address, 0, sizeof(key->address));
	}
	__sync_fetch_and_add(rows, 1);
	bpf_map_update_elem(&calls, key, &first, BPF_NOEXIST); /* it may be there by now: another thread's */
	return bpf_map_lookup_elem(&calls, key);
}

static __always_inline void read_source(struct record_calls *row, struct sock *sk)
{
	__u32 locks = BPF_CORE_READ_BITFIELD_PROBED((struct tcp_sock *)sk, inet_conn.icsk_inet.sk.sk_userlocks);

	row->source_port = locks & BINDPORT_LOCK ? SOCK_READ(sk, __sk_common.skc_num) : 0;
	if (!(locks & BINDADDR_LOCK))
		__builtin_memset(row->source, 0, sizeof(row->source));
	else if (IS_V6(SOCK_READ(sk, __sk_common.skc_family)))
		BPF_CORE_READ_INTO(&row->source, (struct tcp_sock *)sk,
		                   inet_conn.icsk_inet.sk.__sk_common.skc_v6_rcv_saddr);
	else
		fill_v4(row->source, SOCK_READ(sk, __sk_common.skc_rcv_saddr));
}

static __always_inline void count_row(struct record_call_key *key, struct record_caller *caller, struct sock *sk)
{
	struct record_calls *row = caller ? row_of(key, caller) : 0;

	if (!row) {
		if (key->error)
			__sync_fetch_and_add(&books.lost, 1);
		return;
	}
	__sync_fetch_and_add(&row->count, 1);
	row->last_boot_ns = bpf_ktime_get_boot_ns();
	if (sk && key->call == RECORD_CALL_CONNECT && key->error)
		read_source(row, sk);
}

static __always_inline void fill_caller(struct record_call_key *key, struct task_struct *task, long ret)
{
	key->tgid = task_tgid(task);
	key->error = is_failure(ret) ? (__s32)-ret : 0;
	key->start_boot_ns = BPF_CORE_READ(task, group_leader, start_boottime);
}

/* On a socket: known by its target, or by the socket's own address. */
static __always_inline int count_call(const struct ended *c)
{
	struct record_call_key key = { .call = c->call };
	struct task_struct *task = bpf_get_current_task_btf();
	struct sock *sk = tcp_socket(task, c->fd);

	if (!sk)
		return 0;
	fill_caller(&key, task, c->ret);
	if (!key.tgid) /* it is outside of our pid namespace, and no number would name it */
		return 0;
	struct record_caller *caller = key.error ? add_caller(&key) : find_caller(&key);
	if (!caller && !key.error)
		return 0;
	key.netns = SOCK_READ(sk, __sk_common.skc_net.net, ns.inum);
	if (c->call == RECORD_CALL_BIND || c->call == RECORD_CALL_CONNECT)
		read_target(&key, c->address, c->length);
	else
		read_local(&key, sk);
	count_row(&key, caller, sk);
	return 0;
}

static __always_inline int count_socket(long ret)
{
	struct record_call_key key = { .call = RECORD_CALL_SOCKET };
	struct task_struct *task = bpf_get_current_task_btf();

	fill_caller(&key, task, ret);
	if (!key.tgid)
		return 0;
	key.netns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
	count_row(&key, add_caller(&key), 0);
	return 0;
}

/* Is it of no account, whichever call it was? Most end here. */
static __always_inline bool is_nothing(long ret)
{
	return !is_failure(ret) && !(is_pass(ret) && *mark_of_current());
}

/* Or for this one, which says nothing of the process? */
static __always_inline bool is_nothing_of(long ret, enum record_call call)
{
	return (call == RECORD_CALL_ACCEPT || call == RECORD_CALL_SOCKET) && !is_exhaustion(ret);
}
#endif
