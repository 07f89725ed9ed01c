/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Connections whose end is known, and not yet who closes them: the only ones that are remembered one by one. They left
 * CLOSE_WAIT while a descriptor held them, by shutdown() or a reset; or were reset, or failed, under whatever process
 * was current; or came into CLOSE_WAIT after they had long been idle. */
#ifndef UNFIN_HELD_BPF_H
#define UNFIN_HELD_BPF_H

struct held {
	struct record_end_key row; /* that it will count in, but for who does it */
	__u32 fin_at;              /* jiffies */
	__u32 idle;                /* jiffies, or IDLE_UNKNOWN */
	__u32 what;                /* enum counted; 0: a close after the peer */
	__u32 padding;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__type(key, __u64); /* the cookie */
	__type(value, struct held);
} held SEC(".maps");

const volatile bool destroys_seen;

/* What was released is its closer's, if he can be told; else nobody knows whose it is. */
static __always_inline void count_close(struct held *was, bool released)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct one_close one = { .at = (__u32)bpf_jiffies64(), .idle = was->idle };
	bool named = released && closer_now() != CLOSER_UNKNOWN, exits = named && task->flags & PF_EXITING;

	one.age = one.at - was->fin_at;
	if (exits) {
		one.process = task->tgid;
		fill_ended(&was->row, task);
	} else if (named) {
		fill_process(&was->row, task);
	}
	was->row.generation = generation;
	struct record_close *row = close_row(&was->row);
	if (row) {
		add_close(row, &one);
	} else if (was->row.waited == RECORD_CLOSE_WAIT) {
		was->row.ended = 0;
		add_count(&was->row, COUNT_AFTER, exits);
	}
}

/* What is held has a cookie: for the others none is made. */
static __always_inline struct held *find_held(struct sock *sk)
{
	__u64 cookie = SOCK(sk).__sk_common.skc_cookie.counter;

	return cookie ? bpf_map_lookup_elem(&held, &cookie) : 0;
}

/* Where nobody tells that it is destroyed, it would stay for ever. */
static __always_inline long hold(struct sock *sk, const struct held *is)
{
	__u64 cookie = destroys_seen ? bpf_get_socket_cookie(sk) : 0;

	if (!cookie)
		return -1;
	return bpf_map_update_elem(&held, &cookie, is, BPF_ANY);
}

static __always_inline bool count_held(struct sock *sk)
{
	__u64 cookie = SOCK(sk).__sk_common.skc_cookie.counter;
	struct held *was = find_held(sk);

	if (!was)
		return false;
	if (was->what)
		count_closer(&was->row, was->what);
	else
		count_close(was, true);
	bpf_map_delete_elem(&held, &cookie);
	return true;
}
#endif
