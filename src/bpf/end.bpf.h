/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whose connection it is, and to where, seen from a program that runs where TCP changes a state: what all that follow
 * events agree on, so that their rows can be joined. */
#ifndef UNFIN_END_BPF_H
#define UNFIN_END_BPF_H

/* An accepted socket has its listener's backlog, for it began as a copy of it. Without one, a bind bucket that
 * connect() made tells a client; one that bind() made may also be of a child of listen(0). */
static __always_inline enum record_side side_of(struct tcp_sock *tp)
{
	struct inet_bind_bucket *tb = tp->inet_conn.icsk_bind_hash;

	if (SOCK(tp).sk_max_ack_backlog)
		return RECORD_SERVER;
	return tb && tb->fastreuse < 0 && tb->fastreuseport < 0 ? RECORD_CLIENT : RECORD_EITHER;
}

/* A client is known by where it connected to, a server by its port: as src/rule groups them. */
static __always_inline void fill_end_of(struct record_end_key *key, struct tcp_sock *tp, enum record_side side)
{
	struct sock_common *c = &SOCK(tp).__sk_common;

	key->netns = c->skc_net.net->ns.inum;
	key->side = side;
	key->v6 = IS_V6(c->skc_family);
	if (side == RECORD_SERVER) /* the number is gone with its bucket once the state is CLOSE */
		key->port = c->skc_num ?: __builtin_bswap16(tp->inet_conn.icsk_inet.inet_sport);
	if (side != RECORD_CLIENT)
		return;
	key->port = __builtin_bswap16(c->skc_dport);
	if (IS_V6(c->skc_family))
		BPF_CORE_READ_INTO(&key->address, c, skc_v6_daddr);
	else
		fill_v4(key->address, c->skc_daddr);
}

static __always_inline void fill_end(struct record_end_key *key, struct tcp_sock *tp)
{
	fill_end_of(key, tp, side_of(tp));
}

static __always_inline void fill_process(struct record_end_key *key, struct task_struct *task)
{
	key->tgid = task_tgid(task);
	key->start_boot_ns = task->group_leader->start_boottime;
}

/* NULL: it is not accepted yet, or has been closed, or is the kernel's own. */
static __always_inline struct file *file_of(struct sock *sk)
{
	struct socket *socket = SOCK(sk).sk_socket;

	return socket ? SOCKET(socket).file : 0;
}

/* The last descriptor is gone and its file is being put away (fs/file_table.c: __fput). Not so in shutdown(), which
 * changes the state, too: a change of state is not leaving. */
static __always_inline bool is_released(struct file *file)
{
	if (bpf_core_field_exists(file->f_ref))
		return (__s64)file->f_ref.refcnt.counter < 0; /* FILE_REF_DEAD, include/linux/file_ref.h */
	return !BPF_CORE_READ((struct file___counted *)file, f_count.counter);
}
#endif
