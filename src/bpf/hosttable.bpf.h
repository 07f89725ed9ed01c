/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A walk of the host's table of connections, for all network namespaces at once. iter/tcp shows one namespace, and
 * walks the whole table for it.
 *
 * An array map only counts: each of its elements stands for a part of the hash table's buckets. Chains are read
 * without a lock, by probing reads: an entry that moves meanwhile may be missed or come twice. Listening sockets stand
 * in another table, and a namespace may have a table of its own (net.ipv4.tcp_child_ehash_entries), which is not
 * walked.
 *
 * Whoever includes this says before what is done with an entry: table_entry(). */
#ifndef UNFIN_HOSTTABLE_BPF_H
#define UNFIN_HOSTTABLE_BPF_H

enum { PARTS = 16384, BUCKETS_MOST = 4096, CHAIN_MOST = 65536 };

__u32 only_netns; /* 0: all */

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

static long look_node(__u32 i, void *context)
{
	struct walk *w = context;
	char *node = w->node;

	if ((__u64)node & 1 || !node)
		return 1;
	struct sock_common *c = bpf_rdonly_cast(node - bpf_core_field_offset(struct sock_common, skc_nulls_node),
	                                        bpf_core_type_id_kernel(struct sock_common));
	if (!only_netns || c->skc_net.net->ns.inum == only_netns)
		table_entry(w->seq, c);
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

static __always_inline void walk_part(struct seq_file *seq, __u32 part)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct inet_hashinfo *table = BPF_CORE_READ(task, nsproxy, net_ns, ipv4.tcp_death_row.hashinfo);
	__u32 mask = BPF_CORE_READ(table, ehash_mask);
	struct walk w = { .seq = seq };

	w.buckets = (char *)BPF_CORE_READ(table, ehash);
	w.count = (mask + PARTS) / PARTS;
	w.first = part * w.count;
	if (!w.buckets || w.first > mask)
		return;
	if (w.count > mask + 1 - w.first)
		w.count = mask + 1 - w.first;
	bpf_loop(BUCKETS_MOST, look_bucket, &w, 0);
}
#endif
