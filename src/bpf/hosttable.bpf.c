// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What nobody holds, of all network namespaces in one walk: with many of them worth its loading. What the walk misses,
 * or meets twice, the cookie and the kernel's own count show. Sockets with a file are left out, for their descriptors
 * tell them. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "record.h"
#include "socket.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym;

bool want_buckets; /* as in snapshot.bpf.c */

static __always_inline void table_entry(struct seq_file *seq, struct sock_common *c)
{
	struct record_socket r = { .kind = RECORD_LOOSE };
	__u8 state = c->skc_state;

	if (state == TCP_TIME_WAIT) {
		struct tcp_timewait_sock *tw = bpf_rdonly_cast(c, bpf_core_type_id_kernel(struct tcp_timewait_sock));
		fill_common(&r, c);
		fill_time_wait(&r, tw, (__u32)bpf_jiffies64());
		if (want_buckets)
			fill_bucket(&r, tw->tw_sk.tw_tb);
	} else if (state == TCP_NEW_SYN_RECV) {
		struct request_sock *request = bpf_rdonly_cast(c, bpf_core_type_id_kernel(struct request_sock));
		fill_common(&r, c);
		r.flags |= RECORD_REQUEST;
		r.retransmits = request->num_retrans;
		struct sock *listener = BPF_CORE_READ(c, skc_listener);
		r.uid = SOCK_READ(listener, sk_uid.val);
	} else {
		struct tcp_sock *tp = bpf_rdonly_cast(c, bpf_core_type_id_kernel(struct tcp_sock));
		if (SOCK(tp).sk_socket && !SOCK_BITS(tp, sk_kern_sock))
			return;
		fill_common(&r, c);
		fill_sock(&r, &SOCK(tp));
		fill_tcp(&r, tp, (__u32)bpf_jiffies64());
		if (want_buckets)
			fill_bucket(&r, tp->inet_conn.icsk_bind_hash);
		r.flags |= flag_if(SOCK(tp).sk_socket, RECORD_SOCKET);
	}
	r.cookie = c->skc_cookie.counter;
	bpf_seq_write(seq, &r, sizeof(r));
}

#include "hosttable.bpf.h"

SEC("iter/bpf_map_elem")
int dump_part(struct bpf_iter__bpf_map_elem *ctx)
{
	__u32 *part = ctx->key;

	if (part)
		walk_part(ctx->meta->seq, *part);
	return 0;
}
