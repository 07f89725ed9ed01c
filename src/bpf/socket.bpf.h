/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a struct sock to a record: read without its lock, so a figure may be a moment older than another.
 * Which type a member is named from matters: see kernel.h. */
#ifndef UNFIN_SOCKET_BPF_H
#define UNFIN_SOCKET_BPF_H

/* Of include/net/sock.h: SOCK_BINDADDR_LOCK, SOCK_BINDPORT_LOCK; RCV_SHUTDOWN, SEND_SHUTDOWN; enum sock_flags, whose
 * first ones have had these numbers since 2.5. */
enum { BINDADDR_LOCK = 4, BINDPORT_LOCK = 8, RCV_SHUTDOWN = 1, SEND_SHUTDOWN = 2 };
enum { SOCK_DEAD = 0, SOCK_DONE = 1, SOCK_KEEPOPEN = 3 };
/* icsk_pending (include/net/inet_connection_sock.h): the kernel retransmits, or probes a zero window. */
enum { ICSK_TIME_RETRANS = 1, ICSK_TIME_PROBE0 = 3, ICSK_TIME_LOSS_PROBE = 5 };

static __always_inline __u32 flag_if(bool yes, __u32 flag)
{
	return yes ? flag : 0;
}

static __always_inline bool sock_flag(const struct sock_common *c, int bit)
{
	return c->skc_flags >> bit & 1;
}

static __always_inline void fill_v4(__u8 out[16], __be32 address)
{
	__builtin_memset(out, 0, 10);
	out[10] = out[11] = 0xff;
	__builtin_memcpy(out + 12, &address, 4);
}

/* What all three kinds of sockets (full, time-wait, request) begin with. */
static __always_inline void fill_common(struct record_socket *r, struct sock_common *c)
{
	if (IS_V6(c->skc_family)) {
		r->flags |= RECORD_V6;
		BPF_CORE_READ_INTO(&r->local, c, skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO(&r->peer, c, skc_v6_daddr);
	} else {
		fill_v4(r->local, c->skc_rcv_saddr);
		fill_v4(r->peer, c->skc_daddr);
	}
	r->local_port = c->skc_num;
	r->peer_port = __builtin_bswap16(c->skc_dport);
	r->state = c->skc_state;
	r->netns = c->skc_net.net->ns.inum;
	r->flags |= flag_if(READ_BITS(c, skc_reuse), RECORD_REUSEADDR) |
	            flag_if(READ_BITS(c, skc_reuseport), RECORD_REUSEPORT) |
	            flag_if(READ_BITS(c, skc_ipv6only), RECORD_V6ONLY) | flag_if(c->skc_bound_dev_if, RECORD_BOUND_DEV);
}

static __always_inline void fill_sock(struct record_socket *r, struct sock *sk)
{
	struct sock_common *c = &SOCK(sk).__sk_common;
	__u32 locks = SOCK_BITS(sk, sk_userlocks);

	r->uid = SOCK(sk).sk_uid.val;
	if (bpf_core_field_exists(SOCK(sk).sk_cgrp_data.cgroup))
		r->cgroup = SOCK(sk).sk_cgrp_data.cgroup->kn->id;
	if (c->skc_state == TCP_LISTEN) {
		r->recv_q = SOCK(sk).sk_ack_backlog;
		r->send_q = SOCK(sk).sk_max_ack_backlog;
		if (bpf_core_field_exists(SOCK(sk).sk_drops))
			r->received = (__u32)SOCK(sk).sk_drops.counter;
	}
	r->flags |= flag_if(locks & BINDADDR_LOCK, RECORD_BOUND_ADDR) |
	            flag_if(locks & BINDPORT_LOCK, RECORD_BOUND_PORT) |
	            flag_if(SOCK(sk).sk_shutdown & RCV_SHUTDOWN, RECORD_RECV_SHUT) |
	            flag_if(SOCK(sk).sk_shutdown & SEND_SHUTDOWN, RECORD_SEND_SHUT) |
	            flag_if(SOCK_BITS(sk, sk_kern_sock), RECORD_KERNEL) |
	            flag_if(sock_flag(c, SOCK_DEAD), RECORD_DEAD) | flag_if(sock_flag(c, SOCK_DONE), RECORD_DONE_FIN) |
	            flag_if(sock_flag(c, SOCK_KEEPOPEN), RECORD_KEEPALIVE);
}

static __always_inline void fill_timer(struct record_socket *r, struct tcp_sock *tp, __u32 now)
{
	__u8 pending = tp->inet_conn.icsk_pending;

	if (pending == ICSK_TIME_PROBE0)
		r->timer = RECORD_TIMER_PROBE;
	else if (pending == ICSK_TIME_RETRANS || pending == ICSK_TIME_LOSS_PROBE)
		r->timer = RECORD_TIMER_RETRANSMIT;
	else if (SOCK(tp).sk_timer.entry.pprev)
		r->timer = RECORD_TIMER_KEEPALIVE;
	if (r->timer == RECORD_TIMER_KEEPALIVE)
		r->timer_left = (__s32)((__u32)SOCK(tp).sk_timer.expires - now);
	else if (r->timer && bpf_core_field_exists(tp->inet_conn.icsk_retransmit_timer))
		r->timer_left = (__s32)((__u32)tp->inet_conn.icsk_retransmit_timer.expires - now);
	r->retransmits = tp->inet_conn.icsk_retransmits;
	r->backoff = tp->inet_conn.icsk_backoff;
}

static __always_inline void fill_bucket(struct record_socket *r, struct inet_bind_bucket *tb)
{
	if (!tb)
		return;
	r->fastreuse = tb->fastreuse;
	r->fastreuseport = tb->fastreuseport;
	r->flags |= RECORD_BUCKET | flag_if(tb->l3mdev, RECORD_VRF);
}

/* A stamp of 0 was never set: then there is no age to tell. */
static __always_inline __u32 since(__u32 stamp, __u32 now)
{
	return stamp ? now - stamp : ~0U;
}

/* Raw, for this host's eyes alone: src/source hashes them or drops them. */
static __always_inline void fill_sequence(struct record_socket *r, __u32 snd_nxt, __u32 rcv_nxt)
{
	r->snd_nxt = snd_nxt;
	r->rcv_nxt = rcv_nxt;
	r->flags |= RECORD_SEQUENCE;
}

/* The rest of the window that was offered to the peer (tcp_receive_window()) is small beside what is unread. */
static __always_inline bool receive_full(struct tcp_sock *tp, __u32 unread)
{
	__s32 window = (__s32)(tp->rcv_wup + tp->rcv_wnd - tp->rcv_nxt);

	return unread && (window <= 0 || (__u32)window <= unread / 8);
}

/* The first probe goes out when nothing has come for keepalive_time (tcp_keepalive_timer()). */
static __always_inline bool not_probed(struct tcp_sock *tp, __u32 since_data)
{
	__u32 idle = tp->keepalive_time;

	if (!idle)
		idle = SOCK(tp).__sk_common.skc_net.net->ipv4.sysctl_tcp_keepalive_time;
	return since_data < idle;
}

/* Does a program hold the connection that this is a subflow of? */
static __always_inline bool is_held_subflow(struct tcp_sock *tp)
{
	if (!bpf_core_field_exists(tp->is_mptcp) || !tp->is_mptcp)
		return false;
	struct mptcp_subflow_context *context = tp->inet_conn.icsk_ulp_data;
	struct sock *conn = BPF_CORE_READ(context, conn);
	struct socket *socket = SOCK_READ(conn, sk_socket);
	return socket && SOCKET_READ(socket, file);
}

/* inet_put_port() clears inet_num, and leaves what went into the packets. */
static __always_inline void fill_lost_port(struct record_socket *r, struct tcp_sock *tp)
{
	if (r->state != TCP_CLOSE || r->local_port || !r->peer_port)
		return;
	r->local_port = __builtin_bswap16(tp->inet_conn.icsk_inet.inet_sport);
	r->flags |= RECORD_PORT_LOST;
}

static __always_inline void fill_tcp(struct record_socket *r, struct tcp_sock *tp, __u32 now)
{
	r->flags |= flag_if(is_held_subflow(tp), RECORD_SUBFLOW);
	if (r->state == TCP_LISTEN) {
		int requests = tp->inet_conn.icsk_accept_queue.qlen.counter;
		r->requests = requests > 0xffff ? 0xffff : requests;
		return;
	}
	__s32 unread = (__s32)(tp->rcv_nxt - tp->copied_seq);
	r->recv_q = unread > 0 ? unread : 0; /* negative in SYN_SENT, inet_diag does the same */
	r->send_q = tp->write_seq - tp->snd_una;
	r->since_data = since(tp->inet_conn.icsk_ack.lrcvtime, now);
	r->since_ack = since(tp->rcv_tstamp, now);
	r->since_sent = since(tp->lsndtime, now);
	r->acked = (__u32)tp->bytes_acked;
	r->received = (__u32)tp->bytes_received;
	r->flags |= RECORD_TIMES | flag_if(!tp->snd_wnd, RECORD_WINDOW_ZERO) |
	            flag_if(receive_full(tp, r->recv_q), RECORD_RECV_FULL) |
	            flag_if(not_probed(tp, r->since_data), RECORD_NOT_PROBED) |
	            flag_if(READ_BITS(tp, rx_opt.tstamp_ok), RECORD_TIMESTAMPS);
	fill_sequence(r, tp->snd_nxt, tp->rcv_nxt);
	fill_timer(r, tp, now);
	/* Last: whatever follows it the verifier goes through twice, once for each port. */
	fill_lost_port(r, tp);
}

/* Port and accept queue of an MPTCP connection are those of its first subflow. */
static __always_inline void fill_first_subflow(struct record_socket *r, struct sock *first)
{
	struct inet_bind_bucket *tb = BPF_CORE_READ((struct tcp_sock *)first, inet_conn.icsk_bind_hash);

	if (tb) {
		r->fastreuse = BPF_CORE_READ(tb, fastreuse);
		r->fastreuseport = BPF_CORE_READ(tb, fastreuseport);
		r->flags |= RECORD_BUCKET | flag_if(BPF_CORE_READ(tb, l3mdev), RECORD_VRF);
	}
	if (r->state == TCP_LISTEN) {
		r->recv_q = SOCK_READ(first, sk_ack_backlog);
		r->send_q = SOCK_READ(first, sk_max_ack_backlog);
		if (bpf_core_field_exists(SOCK(first).sk_drops))
			r->received = (__u32)SOCK_READ(first, sk_drops.counter);
	}
}

/* The connection as its program sees it: its FIN, its bytes. It keeps stamps since 6.10. */
static __always_inline void fill_mptcp(struct record_socket *r, struct sock *sk, __u32 now)
{
	struct mptcp_sock *msk = (struct mptcp_sock *)sk;

	if (!bpf_core_type_exists(struct mptcp_sock))
		return;
	r->flags |= RECORD_MPTCP;
	fill_first_subflow(r, BPF_CORE_READ(msk, first));
	if (r->state == TCP_LISTEN || !bpf_core_field_exists(msk->last_ack_recv))
		return;
	r->since_data = since(BPF_CORE_READ(msk, last_data_recv), now);
	r->since_ack = since(BPF_CORE_READ(msk, last_ack_recv), now);
	r->since_sent = since(BPF_CORE_READ(msk, last_data_sent), now);
	r->flags |= RECORD_TIMES;
	r->acked = (__u32)BPF_CORE_READ(msk, bytes_acked);
	r->received = (__u32)BPF_CORE_READ(msk, bytes_received);
	if (BPF_CORE_READ(msk, bytes_sent)) /* one that fell back to TCP begins with a difference of 1 */
		r->send_q = (__u32)(BPF_CORE_READ(msk, write_seq) - BPF_CORE_READ(msk, snd_una));
	if (bpf_core_field_exists(msk->bytes_consumed))
		r->recv_q = r->received - (__u32)BPF_CORE_READ(msk, bytes_consumed);
}

/* How old, in ms, as tcp_twsk_unique() judges it: since 6.14 by the ms it began, before by whole seconds
 * since the last timestamp. */
static __always_inline __u32 time_wait_age(struct tcp_timewait_sock *tw)
{
	__u64 now = bpf_ktime_get_ns();
	__s32 age;

	if (bpf_core_field_exists(tw->tw_sk.tw_entry_stamp))
		age = (__s32)((__u32)(now / 1000000) - tw->tw_sk.tw_entry_stamp);
	else
		age = ((__s32)(now / 1000000000) - tw->tw_ts_recent_stamp) * 1000;
	return age > 0 ? age : 0;
}

static __always_inline void fill_time_wait(struct record_socket *r, struct tcp_timewait_sock *tw, __u32 now)
{
	r->state = tw->tw_sk.tw_substate; /* TIME_WAIT, or FIN_WAIT2 kept in a small socket */
	r->timer = RECORD_TIMER_TIME_WAIT;
	r->timer_left = (__s32)((__u32)tw->tw_sk.tw_timer.expires - now);
	r->flags |= RECORD_TIME_WAIT | RECORD_TIMES | flag_if(tw->tw_ts_recent_stamp, RECORD_TIMESTAMPS);
	r->since_ack = time_wait_age(tw);
	struct sock_common *c = &tw->tw_sk.__tw_common;
	if (bpf_core_field_exists(c->skc_tw_snd_nxt) && bpf_core_field_exists(c->skc_tw_rcv_nxt))
		fill_sequence(r, c->skc_tw_snd_nxt, c->skc_tw_rcv_nxt);
}
#endif
