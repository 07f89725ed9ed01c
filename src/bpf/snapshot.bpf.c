// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A look at all TCP sockets, in three passes.
 *
 * dump_tasks names the network namespace of every task, so that each can be entered.
 * dump_held walks the descriptors of every process of every namespace once; a socket's facts come with it.
 * dump_table walks the socket table of the namespace it was opened in, for what no descriptor shows:
 * unaccepted, TIME_WAIT, orphans, requests. Sockets that have a file are named there by their cookie only
 * (RECORD_KNOWN), so that one without any descriptor (in flight, io_uring) is missed by neither pass.
 *
 * Pointers that an iterator hands over are trusted, and for each member that is a pointer the verifier then goes
 * through all types of the kernel three times, 0.3 ms each: they are followed by BPF_CORE_READ(), seq is read once. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "record.h"
#include "socket.bpf.h"
#include "task.bpf.h"
#include "types.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum { NSFS_MAGIC = 0x6e736673 }; /* include/uapi/linux/magic.h */

bool table_in_full; /* dump_table: facts of sockets with a file, too */
__u32 only_netns;   /* dump_held: sockets of the namespace with this inode only; 0: of all */
bool want_buckets;  /* each is memory that nothing else of a socket needs: a tenth of the time */
bool want_doors;    /* dump_held: tell of descriptors that lead into other namespaces */

/* The table whose RECORD_TASK was written last. The iterator runs in one thread, the reader's. */
static const struct files_struct *told_files;
static int told_tid;

/* False: no room left in the buffer, or it has just ended. */
static __always_inline bool tell_task(struct seq_file *seq, struct task_struct *task)
{
	struct files_struct *files = BPF_CORE_READ(task, files);

	int users = 0;

	if (files == told_files && task->pid == told_tid)
		return true;
	bpf_probe_read_kernel(&users, sizeof(users), files); /* files->count, the first member */
	struct record_task r = {
		.kind = RECORD_TASK,
		.tgid = task_tgid(task),
		.tid = task_tid(task),
		.files = (__u64)files,
		.start_boot_ns = BPF_CORE_READ(task, group_leader, start_boottime),
		.uid = BPF_CORE_READ(task, cred, uid.val),
		.ppid = task_ppid(task),
		.netns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum),
		.shared = users > BPF_CORE_READ(task, signal, nr_threads),
	};
	BPF_CORE_READ_INTO(&r.comm, task, group_leader, comm);
	return r.tgid && !bpf_seq_write(seq, &r, sizeof(r));
}

/* The namespace told last: neighbours mostly share theirs. */
static __u32 told_netns;

SEC("iter/task")
int dump_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (!ctx->meta->seq_num)
		told_netns = 0;
	if (!task)
		return 0;
	struct record_door r = { .kind = RECORD_DOOR, .door = DOOR_TASK };
	r.netns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
	if (!r.netns || r.netns == told_netns)
		return 0;
	r.tgid = task_tgid(task);
	r.tid = task_tid(task);
	if (r.tgid && !bpf_seq_write(ctx->meta->seq, &r, sizeof(r)))
		told_netns = r.netns;
	return 0;
}

/* A namespace may live by a descriptor of it alone, or by a socket, of any family, that its maker took along. */
static __always_inline void tell_door(struct seq_file *seq, struct task_struct *task, __u32 fd, struct file *file,
                                      struct sock *sk)
{
	struct record_door r = { .kind = RECORD_DOOR, .fd = fd };
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	if (sk) {
		r.door = DOOR_SOCKET;
		r.netns = SOCK(sk).__sk_common.skc_net.net->ns.inum;
		if (r.netns == BPF_CORE_READ(task, nsproxy, net_ns, ns.inum))
			return;
	} else {
		r.door = DOOR_FILE;
		if (INODE_READ(inode, i_sb, s_magic) != NSFS_MAGIC)
			return;
		r.netns = (__u32)INODE_READ(inode, i_ino);
	}
	r.tgid = r.tid = task_tgid(task);
	if (r.tgid)
		bpf_seq_write(seq, &r, sizeof(r));
}

static __always_inline void dump_tcp(struct record_socket *r, struct tcp_sock *tp)
{
	if (want_buckets)
		fill_bucket(r, tp->inet_conn.icsk_bind_hash);
	fill_tcp(r, tp, (__u32)bpf_jiffies64());
}

SEC("iter/task_file")
int dump_held(struct bpf_iter__task_file *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;

	if (!ctx->meta->seq_num)
		told_files = 0; /* a new pass */
	if (!file || !task)
		return 0;
	struct socket *socket = bpf_sock_from_file(file);
	struct sock *sk = socket ? SOCKET(socket).sk : 0;
	if (want_doors && (sk || !socket))
		tell_door(seq, task, ctx->fd, file, sk);
	if (!sk)
		return 0;
	__u16 family = SOCK(sk).__sk_common.skc_family, protocol = SOCK(sk).sk_protocol;
	if ((family != AF_INET && family != AF_INET6) || (protocol != IPPROTO_TCP && protocol != IPPROTO_MPTCP))
		return 0;
	if (only_netns && SOCK(sk).__sk_common.skc_net.net->ns.inum != only_netns)
		return 0;
	if (!tell_task(seq, task))
		return 0; /* if the buffer is full, this descriptor comes again */

	struct record_socket r = { .kind = RECORD_HELD, .fd = ctx->fd, .flags = RECORD_FILE | RECORD_SOCKET };
	r.inode = (__u32)BPF_CORE_READ((struct socket_alloc *)socket, vfs_inode.i_ino);
	r.cookie = bpf_get_socket_cookie(sk);
	fill_common(&r, &SOCK(sk).__sk_common);
	fill_sock(&r, sk);
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	if (tp)
		dump_tcp(&r, tp);
	else
		fill_mptcp(&r, sk, (__u32)bpf_jiffies64());
	if (bpf_seq_write(seq, &r, sizeof(r)))
		return 0; /* and its task, if that was written with it */
	/* Also where it was told before: to ask, the verifier would go through all of the above for each answer. */
	told_files = BPF_CORE_READ(task, files);
	told_tid = task->pid;
	return 0;
}

static __always_inline void dump_full(struct record_socket *r, struct tcp_sock *tp)
{
	struct sock *sk = &SOCK(tp);
	struct socket *socket = SOCK(tp).sk_socket;

	fill_common(r, &SOCK(tp).__sk_common);
	fill_sock(r, sk);
	dump_tcp(r, tp);
	if (!socket)
		return;
	r->flags |= RECORD_SOCKET | flag_if(SOCKET(socket).file, RECORD_FILE);
	if (SOCKET(socket).file)
		r->inode = (__u32)BPF_CORE_READ((struct socket_alloc *)socket, vfs_inode.i_ino);
}

SEC("iter/tcp")
int dump_table(struct bpf_iter__tcp *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct sock_common *c = ctx->sk_common;
	struct record_socket r = { .kind = RECORD_TABLE };
	struct tcp_timewait_sock *tw;
	struct tcp_request_sock *req;
	struct tcp_sock *tp;

	if (!c)
		return 0;
	r.cookie = bpf_get_socket_cookie(c);
	if ((tp = bpf_skc_to_tcp_sock(c))) {
		/* A program's struct socket has a file; to look would fetch that memory for every socket. The kernel's
		 * own, which may have none, are told in full. */
		if (SOCK(tp).sk_socket && !SOCK_BITS(tp, sk_kern_sock) && !table_in_full) {
			r.kind = RECORD_KNOWN;
			bpf_seq_write(seq, &r, __builtin_offsetof(struct record_socket, cgroup));
			return 0;
		}
		dump_full(&r, tp);
	} else if ((tw = bpf_skc_to_tcp_timewait_sock(c))) {
		fill_common(&r, &tw->tw_sk.__tw_common);
		fill_time_wait(&r, tw, (__u32)bpf_jiffies64());
		if (want_buckets)
			fill_bucket(&r, tw->tw_sk.tw_tb);
	} else if ((req = bpf_skc_to_tcp_request_sock(c))) {
		fill_common(&r, &req->req.req.__req_common);
		r.flags |= RECORD_REQUEST;
		r.retransmits = req->req.req.num_retrans;
		r.uid = ctx->uid;
	} else {
		return 0;
	}
	bpf_seq_write(seq, &r, sizeof(r));
	return 0;
}
