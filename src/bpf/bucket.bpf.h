/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A program that opens connections all the time must not pay for each: a bucket for each process lets a burst pass,
 * then some a second: all of them at its beginning. So two that are asked at two steps of the same connection, each
 * with a bucket of its own, let the same ones pass. */
#ifndef UNFIN_BUCKET_BPF_H
#define UNFIN_BUCKET_BPF_H

enum {
	BUCKET_BURST = 200,
	BUCKET_NS = 20000000, /* one more every 20 ms */
	BUCKET_REFILL_NS = 1000000000,
};

struct bucket {
	__u64 until_ns; /* what is taken moves it on by BUCKET_NS; it may be ahead by the burst */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64); /* tgid, and above it what for: each has its own */
	__type(value, struct bucket);
} buckets SEC(".maps");

static __always_inline __u64 refilled_ns(__u64 now_ns)
{
	return now_ns - now_ns % BUCKET_REFILL_NS;
}

static __always_inline bool bucket_is_empty(__u64 key, __u64 now_ns)
{
	struct bucket *b = bpf_map_lookup_elem(&buckets, &key);

	return b && b->until_ns > refilled_ns(now_ns) + (__u64)BUCKET_BURST * BUCKET_NS;
}

/* False: it is empty. */
static __always_inline bool bucket_takes(__u64 key, __u64 now_ns)
{
	__u64 from_ns = refilled_ns(now_ns);
	struct bucket *b = bpf_map_lookup_elem(&buckets, &key), first = { from_ns + BUCKET_NS };

	if (!b) {
		bpf_map_update_elem(&buckets, &key, &first, BPF_ANY);
		return true;
	}
	if (b->until_ns > from_ns + (__u64)BUCKET_BURST * BUCKET_NS)
		return false;
	b->until_ns = (b->until_ns > from_ns ? b->until_ns : from_ns) + BUCKET_NS;
	return true;
}
#endif
