/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How an event is told and counted: is it of interest, who is it about, where does it go. What happens is in
 * watch.bpf.c. Sockets are read with BPF_CORE_READ(): a call's exit has them by their address alone. */
#ifndef UNFIN_WATCH_BPF_H
#define UNFIN_WATCH_BPF_H

/* The reader comes by itself, many times a second: to wake it would cost each event. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 131072);
	__type(key, __u64); /* the cookie */
	__type(value, struct record_maker);
} makers SEC(".maps");

/* Accepted before it is established (TCP Fast Open), when it has no cookie: by the address of the socket, which another
 * one may have later on. */
struct early {
	struct record_maker maker;
	__be32 peer;
	__be16 peer_port;
	__u16 padding;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct early);
} unnamed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct record_turnover_key);
	__type(value, struct record_turnover);
} turnovers SEC(".maps");

const volatile struct record_narrow narrow;
const volatile bool want_events, want_counts;

__u64 accepted_early;
__u64 produced[RECORD_EVENT_KINDS];
__u64 lost[RECORD_LOSSES];
__u64 others[RECORD_TURNOVER_COUNTS]; /* of programs for which no row was left */

static const struct record_turnover no_turnover;

enum doer {
	DOER_MAKER, /* who opened or accepted it; what the peer does is told of him, too */
	DOER_CURRENT,
	DOER_UNKNOWN,
};

/* One event, before it is told. */
struct told {
	__u64 after_ns;
	__s32 error;
	__u8 kind, side, call, flags;
	__u8 by; /* enum doer */
	bool any_thread;
};

static __always_inline bool is_narrow_by_process(void)
{
	return narrow.tgid || narrow.family || narrow.comm[0];
}

static __always_inline bool is_wanted(struct task_struct *task)
{
	__u32 tgid = task_tgid(task);

	if (narrow.tgid && tgid != narrow.tgid)
		return false;
	if (narrow.family && !family_has(task))
		return false;
	if (narrow.comm[0]) {
		char comm[16] = { 0 };
		BPF_CORE_READ_STR_INTO(&comm, task, group_leader, comm);
		for (int i = 0; i < 16; i++)
			if (comm[i] != narrow.comm[i])
				return false;
	}
	return true;
}

static __always_inline bool addresses_begin_alike(const __u8 a[16], const volatile __u8 b[16], __u8 bits)
{
	for (int i = 0; i < 16; i++) {
		__u8 mask = bits >= 8 * i + 8 ? 0xff : bits <= 8 * i ? 0 : (__u8)(0xff << (8 * i + 8 - bits));
		if ((a[i] ^ b[i]) & mask)
			return false;
	}
	return true;
}

/* inet_put_port() clears inet_num, and leaves what went into the packets. */
static __always_inline __u16 read_local_port(struct sock *sk)
{
	__u16 port = SOCK_READ(sk, __sk_common.skc_num);

	return port ? port : __builtin_bswap16(BPF_CORE_READ((struct tcp_sock *)sk, inet_conn.icsk_inet.inet_sport));
}

static __always_inline bool is_near_by_place(struct sock *sk)
{
	return (!narrow.netns || SOCK_READ(sk, __sk_common.skc_net.net, ns.inum) == narrow.netns) &&
	       (!narrow.cgroup || SOCK_READ(sk, sk_cgrp_data.cgroup, kn, id) == narrow.cgroup);
}

/* Is the socket one that the expression may mean? A port that is not chosen yet may become any. */
static __noinline bool is_near(struct sock *sk)
{
	__u8 address[16] = { 0 };

	if (!is_near_by_place(sk))
		return false;
	if (narrow.local_port) {
		__u16 port = read_local_port(sk);
		if (port && port != narrow.local_port)
			return false;
	}
	if (narrow.peer_port && __builtin_bswap16(SOCK_READ(sk, __sk_common.skc_dport)) != narrow.peer_port)
		return false;
	if (narrow.local_bits) {
		read_address(address, sk, false);
		if (!addresses_begin_alike(address, narrow.local, narrow.local_bits))
			return false;
	}
	if (narrow.peer_bits) {
		read_address(address, sk, true);
		if (!addresses_begin_alike(address, narrow.peer, narrow.peer_bits))
			return false;
	}
	return true;
}

/* The same of a call that failed. What it was called with, its socket need not have: a connect() has its peer in
 * `asked`, a bind() its own end, and no peer. */
static __noinline bool is_near_failed(struct sock *sk, const struct record_call_key *asked, bool binds)
{
	struct record_call_key local = { 0 };
	__u16 peer_port = binds ? 0 : asked->port;

	if (!is_near_by_place(sk))
		return false;
	if (binds) {
		local = *asked;
	} else {
		local.port = read_local_port(sk);
		read_address(local.address, sk, false);
	}
	if ((narrow.local_port && local.port != narrow.local_port) ||
	    (narrow.peer_port && peer_port != narrow.peer_port))
		return false;
	if (narrow.local_bits && !addresses_begin_alike(local.address, narrow.local, narrow.local_bits))
		return false;
	return !narrow.peer_bits || (!binds && addresses_begin_alike(asked->address, narrow.peer, narrow.peer_bits));
}

static __always_inline void fill_actor(struct record_actor *to, struct task_struct *task)
{
	to->tgid = task_tgid(task);
	if (!to->tgid || task->flags & PF_KTHREAD) {
		to->tgid = 0; /* outside of our pid namespace; or the kernel, for a process that left it to it */
		return;
	}
	to->start_boot_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	to->tid = task_tid(task);
	to->uid = BPF_CORE_READ(task, cred, uid.val);
	to->ppid = task_ppid(task);
	BPF_CORE_READ_STR_INTO(&to->comm, task, group_leader, comm);
}

static __always_inline void copy_maker(struct record_actor *to, const struct record_maker *m)
{
	to->start_boot_ns = m->row.start_boot_ns;
	to->tgid = m->row.tgid;
	to->tid = m->tid;
	to->uid = m->uid;
	to->ppid = m->ppid;
	__builtin_memcpy(to->comm, m->comm, sizeof(to->comm));
}

static __always_inline void fill_event(struct record_event *e, struct sock *sk, const struct told *t)
{
	e->boot_ns = bpf_ktime_get_boot_ns();
	e->cookie = SOCK_READ(sk, __sk_common.skc_cookie.counter);
	e->after_ns = t->after_ns;
	e->netns = SOCK_READ(sk, __sk_common.skc_net.net, ns.inum);
	e->error = t->error;
	e->local_port = read_local_port(sk);
	e->peer_port = __builtin_bswap16(SOCK_READ(sk, __sk_common.skc_dport));
	e->kind = t->kind;
	e->side = t->side;
	e->call = t->call;
	e->flags = t->flags | flag_if(SOCK_READ(sk, __sk_common.skc_family) == AF_INET6, RECORD_EVENT_V6);
	read_address(e->local, sk, false);
	read_address(e->peer, sk, true);
	if (bpf_core_field_exists(SOCK(sk).sk_cgrp_data.cgroup))
		e->cgroup = SOCK_READ(sk, sk_cgrp_data.cgroup, kn, id);
}

/* `m`: NULL if nobody is known. What failed has its target in `target`. */
static __always_inline void tell(struct sock *sk, const struct record_maker *m, const struct told *t,
                                 const struct record_call_key *target)
{
	if (!want_events)
		return;
	__sync_fetch_and_add(&produced[t->kind], 1);
	struct record_event *e = bpf_ringbuf_reserve(&ring, sizeof(*e), 0);
	if (!e) {
		__sync_fetch_and_add(&lost[RECORD_LOSS_RING], 1);
		return;
	}
	__builtin_memset(e, 0, sizeof(*e));
	fill_event(e, sk, t);
	if (target) {
		__builtin_memcpy(e->peer, target->address, sizeof(e->peer));
		e->peer_port = target->port;
	}
	if (m)
		copy_maker(&e->maker, m);
	if (t->by == DOER_CURRENT)
		fill_actor(&e->actor, bpf_get_current_task_btf());
	else if (t->by == DOER_MAKER && m)
		copy_maker(&e->actor, m);
	if (t->any_thread)
		e->actor.tid = 0;
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
}

/* The row of this program at this end; without room, that of all its other ends; without that, the host's. */
static __noinline void count(const struct record_maker *m, enum record_turnover_count which)
{
	struct record_turnover_key key = m->row;
	struct record_turnover *row;

	if (!want_counts)
		return;
	row = bpf_map_lookup_elem(&turnovers, &key);
	for (int tries = 0; !row && tries < 2; tries++) {
		if (!bpf_map_update_elem(&turnovers, &key, &no_turnover, BPF_NOEXIST) || tries)
			row = bpf_map_lookup_elem(&turnovers, &key);
		else if (!(row = bpf_map_lookup_elem(&turnovers, &key))) { /* not another CPU's, just now: it is full */
			__builtin_memset(key.address, 0, sizeof(key.address));
			key.port = key.netns = 0;
			key.side = RECORD_EITHER;
			row = bpf_map_lookup_elem(&turnovers, &key);
		}
		if (row && !row->comm[0]) {
			__builtin_memcpy(row->comm, m->comm, sizeof(row->comm));
			row->uid = m->uid;
			row->ppid = m->ppid;
		}
	}
	if (which >= RECORD_TURNOVER_COUNTS)
		return;
	if (row) {
		__sync_fetch_and_add(&row->counts[which], 1);
		return;
	}
	__sync_fetch_and_add(&others[which], 1);
	__sync_fetch_and_add(&lost[RECORD_LOSS_ROW], 1);
}

static __always_inline void fill_row(struct record_turnover_key *row, struct sock *sk, enum record_side side)
{
	row->netns = SOCK_READ(sk, __sk_common.skc_net.net, ns.inum);
	row->side = side;
	row->v6 = SOCK_READ(sk, __sk_common.skc_family) == AF_INET6;
	if (side == RECORD_SERVER) {
		row->port = SOCK_READ(sk, __sk_common.skc_num);
		return;
	}
	row->port = __builtin_bswap16(SOCK_READ(sk, __sk_common.skc_dport));
	read_address(row->address, sk, true);
}

/* The running process makes a connection. */
static __always_inline void fill_maker(struct record_maker *m, struct sock *sk, enum record_side side)
{
	struct record_actor actor = { 0 };

	fill_actor(&actor, bpf_get_current_task_btf());
	fill_row(&m->row, sk, side);
	m->row.tgid = actor.tgid;
	m->row.start_boot_ns = actor.start_boot_ns;
	m->tid = actor.tid;
	m->uid = actor.uid;
	m->ppid = actor.ppid;
	m->since_boot_ns = bpf_ktime_get_boot_ns();
	__builtin_memcpy(m->comm, actor.comm, sizeof(m->comm));
}

static __always_inline long keep_maker(__u64 cookie, const struct record_maker *m)
{
	long err = bpf_map_update_elem(&makers, &cookie, m, BPF_ANY);

	if (err)
		__sync_fetch_and_add(&lost[RECORD_LOSS_MAKER], 1);
	return err;
}

static __always_inline struct record_maker *find_maker(struct sock *sk)
{
	__u64 cookie = SOCK_READ(sk, __sk_common.skc_cookie.counter);

	return cookie ? bpf_map_lookup_elem(&makers, &cookie) : 0;
}

static __always_inline void take_after(struct told *t, __u64 boot_ns)
{
	if (!boot_ns)
		return;
	t->after_ns = bpf_ktime_get_boot_ns() - boot_ns;
	t->flags |= RECORD_EVENT_AFTER;
}
#endif
