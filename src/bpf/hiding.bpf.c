// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Where does a socket hide that has a file and no descriptor? Loaded only when there is one.
 *
 * In flight: sent over AF_UNIX (SCM_RIGHTS) and not received yet; the queues of all AF_UNIX sockets are walked.
 * In an io_uring: registered there and closed as a descriptor; /proc/PID/fdinfo of the ring lists it, so only
 * the rings are named here. Loops are bounded: what lies behind the bound is told as unknown, not as wrong. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "record.h"
#include "task.bpf.h"
#include "types.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum { MESSAGES = 4096, FILES = 253 /* SCM_MAX_FD */ };
enum { S_IFMT = 0170000, S_IFSOCK = 0140000 };

struct walk {
	struct seq_file *seq;
	struct record_hiding record;
	void *head;
	struct sk_buff *message;
	char *files; /* struct file *[count] */
	short count;
};

static long look_file(__u32 i, void *context)
{
	struct walk *w = context;
	struct file *file = 0;

	if (i >= FILES || (short)i >= w->count)
		return 1;
	bpf_probe_read_kernel(&file, sizeof(file), w->files + i * sizeof(file));
	struct inode *inode = file ? BPF_CORE_READ(file, f_inode) : 0;
	if (!inode || (INODE_READ(inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct sock *sk = SOCKET_READ(socket, sk);
	__u16 family = SOCK_READ(sk, __sk_common.skc_family);
	if (family != AF_INET && family != AF_INET6)
		return 0;
	w->record.cookie = SOCK_READ(sk, __sk_common.skc_cookie.counter);
	bpf_seq_write(w->seq, &w->record, sizeof(w->record)); /* if the buffer is full, this descriptor comes again */
	return 0;
}

static long look_message(__u32 i, void *context)
{
	struct walk *w = context;
	struct sk_buff *message = w->message;

	if (!message || message == w->head)
		return 1;
	struct unix_skb_parms *parms = (void *)message + bpf_core_field_offset(message->cb);
	struct scm_fp_list *list = BPF_CORE_READ(parms, fp);
	if (list) {
		w->files = (char *)list + bpf_core_field_offset(list->fp);
		w->count = BPF_CORE_READ(list, count);
		bpf_loop(FILES, look_file, w, 0);
	}
	w->message = BPF_CORE_READ(message, next);
	return 0;
}

static __always_inline bool is_ring(struct file *file)
{
	static const char ring[] = "[io_uring]";
	char name[sizeof(ring)] = { 0 };

	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	for (unsigned i = 0; i < sizeof(ring); i++)
		if (name[i] != ring[i])
			return false;
	return true;
}

SEC("iter/task_file")
int dump_hiding(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;

	if (!file || !task)
		return 0;
	struct walk w = { .seq = ctx->meta->seq, .record = { .tgid = task_tgid(task), .fd = ctx->fd } };
	struct socket *socket = bpf_sock_from_file(file);
	if (!socket) {
		w.record.kind = HIDING_RING;
		if (is_ring(file))
			bpf_seq_write(w.seq, &w.record, sizeof(w.record));
		return 0;
	}
	struct sock *sk = SOCKET(socket).sk;
	if (!sk || SOCK(sk).__sk_common.skc_family != AF_UNIX)
		return 0;
	w.record.kind = HIDING_FLIGHT;
	w.head = &SOCK(sk).sk_receive_queue;
	w.message = SOCK(sk).sk_receive_queue.next;
	bpf_loop(MESSAGES, look_message, &w, 0);
	return 0;
}
