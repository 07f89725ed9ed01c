// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The least that any tool must do that asks these iterators: a record of 80 bytes for each socket, and for each
 * descriptor of one. What `unfin list` takes is measured against this. */
#include "bpf/kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct record {
	__u64 cookie;
	__u32 pid, fd;
	__u32 local, peer;
	__u16 local_port, peer_port;
	__u8 state, rest[51];
};
_Static_assert(sizeof(struct record) == 80, "record");

static __always_inline void fill(struct record *r, struct sock_common *c)
{
	r->local = c->skc_rcv_saddr;
	r->peer = c->skc_daddr;
	r->local_port = c->skc_num;
	r->peer_port = c->skc_dport;
	r->state = c->skc_state;
}

SEC("iter/tcp")
int bare_table(struct bpf_iter__tcp *ctx)
{
	struct sock_common *c = ctx->sk_common;
	struct record r = {};

	if (!c)
		return 0;
	r.cookie = bpf_get_socket_cookie(c);
	fill(&r, c);
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}

SEC("iter/task_file")
int bare_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct record r = {};

	if (!task || !file)
		return 0;
	struct socket *socket = bpf_sock_from_file(file);
	struct sock *sk = socket ? socket->sk : 0;
	if (!sk || sk->sk_protocol != IPPROTO_TCP)
		return 0;
	r.pid = task->tgid;
	r.fd = ctx->fd;
	r.cookie = bpf_get_socket_cookie(sk);
	fill(&r, &sk->__sk_common);
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}
