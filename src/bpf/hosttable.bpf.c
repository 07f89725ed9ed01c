// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What nobody holds, of all network namespaces in one walk. iter/tcp shows one namespace and walks the host's
 * whole table for it; with many namespaces that is dear, and this is worth its loading.
 *
 * An array map only counts: each of its elements stands for a part of the hash table's buckets. Chains are read
 * without a lock, by probing reads: an entry that moves meanwhile may be missed or come twice, which the cookie
 * and the kernel's own count show. Sockets with a file are left out, for their descriptors tell them. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "record.h"
#include "socket.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum { PARTS = 16384, BUCKETS_MOST = 4096, CHAIN_MOST = 65536 };

void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym;

__u32 only_netns;  /* 0: all */
bool want_buckets; /* as in snapshot.bpf.c */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PARTS);
	__type(key, __u32);
	__type(value, __u32);
} parts SEC(".maps");

struct walk {
	struct seq_file *seq;
	char *buckets; /* struct inet_ehash_bucket[] */
	char *node;    /* struct hlist_nulls_node, or the odd number at a chain's end */
	__u32 first, count;
};

static __always_inline void tell(struct seq_file *seq, struct sock_common *c)
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

static long look_node(__u32 i, void *context)
{
	struct walk *w = context;
	char *node = w->node;

	if ((__u64)node & 1 || !node)
		return 1;
	struct sock_common *c = bpf_rdonly_cast(node - bpf_core_field_offset(struct sock_common, skc_nulls_node),
	                                        bpf_core_type_id_kernel(struct sock_common));
	__u32 netns = c->skc_net.net->ns.inum;
	if (!only_netns || netns == only_netns)
		tell(w->seq, c);
	bpf_probe_read_kernel(&w->node, sizeof(w->node), node); /* its first member is the next one */
	return 0;
}

static long look_bucket(__u32 i, void *context)
{
	struct walk *w = context;

	if (i >= w->count)
		return 1;
	bpf_probe_read_kernel(&w->node, sizeof(w->node), w->buckets + (__u64)(w->first + i) * sizeof(void *));
	if (!((__u64)w->node & 1))
		bpf_loop(CHAIN_MOST, look_node, w, 0);
	return 0;
}

SEC("iter/bpf_map_elem")
int dump_part(struct bpf_iter__bpf_map_elem *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct inet_hashinfo *table;
	__u32 *key = ctx->key, part, mask;

	if (!key)
		return 0;
	part = *key;
	table = BPF_CORE_READ(task, nsproxy, net_ns, ipv4.tcp_death_row.hashinfo);
	mask = BPF_CORE_READ(table, ehash_mask);
	struct walk w = { .seq = ctx->meta->seq };
	w.buckets = (char *)BPF_CORE_READ(table, ehash);
	w.count = (mask + PARTS) / PARTS;
	w.first = part * w.count;
	if (!w.buckets || w.first > mask)
		return 0;
	if (w.count > mask + 1 - w.first)
		w.count = mask + 1 - w.first;
	bpf_loop(BUCKETS_MOST, look_bucket, &w, 0);
	return 0;
}
