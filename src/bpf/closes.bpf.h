/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Closes after the peer: how late they came, and how long the connection had lain idle before its peer ended it. Who
 * closes how late is what tells slow work from a leak, so these have a table of their own. */
#ifndef UNFIN_CLOSES_BPF_H
#define UNFIN_CLOSES_BPF_H

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct record_end_key);
	__type(value, struct record_close);
} closes SEC(".maps");

#define IDLE_UNKNOWN (~0U)

const volatile __u32 jiffies_per_s;

/* A server that forks a process for each connection closes by their end: one row for all of them. */
static __always_inline void fill_ended(struct record_end_key *key, struct task_struct *task)
{
	union {
		char name[16];
		__u64 words[2];
	} own = { 0 }, above = { 0 };
	struct task_struct *parent = BPF_CORE_READ(task, real_parent, group_leader);

	key->ended = 1;
	fill_process(key, task);
	BPF_CORE_READ_STR_INTO(&own.name, task, group_leader, comm);
	BPF_CORE_READ_STR_INTO(&above.name, parent, comm);
	__u32 number = task_ppid(task);
	if (!number || own.words[0] != above.words[0] || own.words[1] != above.words[1])
		return;
	key->tgid = number;
	key->start_boot_ns = BPF_CORE_READ(parent, start_boottime);
}

/* How long the connection lay idle before its peer ended it: from the last data of either side. What lies unread is a
 * word of goodbye, and not counted; but where nothing was read before, it is the answer. */
static __always_inline __u32 idle_before(struct tcp_sock *tp, __u32 fin_at)
{
	__u32 data_at = tp->inet_conn.icsk_ack.lrcvtime, sent_at = tp->lsndtime;
	__u32 unread = tp->rcv_nxt - tp->copied_seq; /* the FIN is one */
	bool goodbye = unread > 1 && (__u32)tp->bytes_received != unread;

	if ((__s32)(fin_at - data_at) < 0 || (__s32)(fin_at - sent_at) < 0)
		return IDLE_UNKNOWN;
	return fin_at - (goodbye || (__s32)(sent_at - data_at) > 0 ? sent_at : data_at);
}

/* Answers to our own keepalive probes move the stamp of the FIN. */
static __always_inline bool may_be_probed(struct tcp_sock *tp)
{
	return sock_flag(&SOCK(tp).__sk_common, SOCK_KEEPOPEN) &&
	       !not_probed(tp, (__u32)bpf_jiffies64() - tp->inet_conn.icsk_ack.lrcvtime);
}

enum { AT_ONCE_JIFFIES = 2 }; /* between two closes of one sweep */

struct one_close {
	__u32 at, age; /* jiffies */
	__u32 idle;    /* or IDLE_UNKNOWN */
	__u32 process; /* that ended, or 0 */
};

/* Which power of two of milliseconds, see RECORD_BUCKETS. */
static __always_inline __u32 bucket_of(__u32 jiffies)
{
	__u64 ms = (__u64)jiffies * 1000 / jiffies_per_s;
	__u32 bucket = 0;

	for (int step = 16; step; step /= 2)
		if (ms >> step) {
			bucket += step;
			ms >>= step;
		}
	bucket += ms != 0;
	return bucket < RECORD_BUCKETS ? bucket : RECORD_BUCKETS - 1;
}

static __always_inline void add_idle(struct record_close *row, __u32 idle)
{
	if (idle == IDLE_UNKNOWN)
		return;
	if (!row->idle_known || idle < row->idle_low)
		row->idle_low = idle;
	if (idle > row->idle_high)
		row->idle_high = idle;
	__sync_fetch_and_add(&row->idle_known, 1);
	__sync_fetch_and_add(&row->idles[bucket_of(idle)], 1);
}

static __always_inline void add_close(struct record_close *row, const struct one_close *one)
{
	__sync_fetch_and_add(&row->count, 1);
	__sync_fetch_and_add(&row->delays[bucket_of(one->age)], 1);
	if (one->age > row->oldest)
		row->oldest = one->age;
	if (one->age < row->youngest)
		row->youngest = one->age;
	if (one->process != row->last || !row->processes)
		__sync_fetch_and_add(&row->processes, 1);
	row->last = one->process;
	row->run = one->at - row->last_at <= AT_ONCE_JIFFIES ? row->run + 1 : 1;
	row->last_at = one->at;
	if (row->run > row->burst)
		row->burst = row->run;
	add_idle(row, one->idle);
}

static struct record_close no_close = { .youngest = ~0U };

/* Of a process that has taken its share it is the row of all further ends. Seldom, as new_row(). */
static __noinline struct record_close *new_close(struct record_end_key *key)
{
	struct record_counts *own = others_row(key);
	bool shared = own && own->closes >= RECORD_ROWS_EACH;

	if (shared) {
		__builtin_memset(key->address, 0, sizeof(key->address));
		key->port = key->v6 = 0;
	}
	bpf_map_update_elem(&closes, key, &no_close, BPF_NOEXIST); /* it may be there by now */
	struct record_close *row = bpf_map_lookup_elem(&closes, key);
	if (row && own && !shared)
		__sync_fetch_and_add(&own->closes, 1);
	return row;
}

/* NULL: there is no room for one more. */
static __always_inline struct record_close *close_row(struct record_end_key *key)
{
	struct record_close *row = bpf_map_lookup_elem(&closes, key);

	return row ?: new_close(key);
}
#endif
