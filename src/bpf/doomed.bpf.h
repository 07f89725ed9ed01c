/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The sockets that are to go, by their cookies, and what must be true of each: shared by the program that destroys and
 * by the one that only asks. */
#ifndef UNFIN_DOOMED_BPF_H
#define UNFIN_DOOMED_BPF_H

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, RECORD_TARGETS);
	__type(key, __u64); /* the socket's cookie */
	__type(value, struct record_doomed);
} targets SEC(".maps");

/* How many descriptors refer to it: each has the same struct file. A call that is under way counts, too. */
static __always_inline __u32 count_references(struct tcp_sock *tp)
{
	struct file *file = SOCK_READ(tp, sk_socket, file);

	if (!file)
		return 0;
	if (bpf_core_field_exists(file->f_ref))
		return (__u32)BPF_CORE_READ(file, f_ref.refcnt.counter) + 1; /* FILE_REF_ONEREF is 0 */
	return (__u32)BPF_CORE_READ((struct file___counted *)file, f_count.counter);
}

static __always_inline bool is_elsewhere(const struct record_doomed *t, struct tcp_sock *tp)
{
	struct net *net = SOCK_READ(tp, __sk_common.skc_net.net);

	return bpf_core_field_exists(net->net_cookie) && t->netns_cookie &&
	       BPF_CORE_READ(net, net_cookie) != t->netns_cookie;
}

static __always_inline enum record_answer judge(const struct record_doomed *t, struct tcp_sock *tp)
{
	struct record_socket now = { 0 };

	if (is_elsewhere(t, tp))
		return ANSWER_OTHER;
	now.state = SOCK(tp).__sk_common.skc_state;
	if (now.state != t->state || now.state == TCP_LISTEN)
		return ANSWER_MOVED;
	fill_tcp(&now, tp, (__u32)bpf_jiffies64());
	if (now.acked != t->acked || now.received != t->received || now.recv_q != t->recv_q || now.send_q != t->send_q)
		return ANSWER_USED;
	if (now.since_ack < t->quiet_least)
		return ANSWER_USED;
	if (!t->any_references && count_references(tp) != t->references)
		return ANSWER_HELD_ANEW;
	return ANSWER_FITS;
}

/* The row of this socket, if it is one of them and has no answer yet; then what speaks against it is its answer. */
static __always_inline struct record_doomed *ask(struct sock_common *c)
{
	__u64 cookie = c->skc_cookie.counter;
	struct record_doomed *t = bpf_map_lookup_elem(&targets, &cookie);

	if (!t || t->answer != ANSWER_NONE)
		return 0;
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(c);
	t->answer = tp ? judge(t, tp) : ANSWER_MOVED; /* what is left of it is a small socket, or it is a request */
	return t;
}
#endif
