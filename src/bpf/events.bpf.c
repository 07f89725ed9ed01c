// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What leaves nothing behind for a look.
 *
 * A bind() or connect() that fails leaves no socket and moves no counter: it must be seen when it returns; calls.bpf.h
 * does so. And a socket that was closed between two looks is gone: how late its program closed it is seen here, as it
 * happens. Both are counted, a row for each kind, so that a storm of them costs a row and no traffic. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "record.h"
#include "socket.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#include "calls.bpf.h"
#include "end.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct record_end_key);
	__type(value, struct record_close);
} closes SEC(".maps");

#define IDLE_UNKNOWN (~0U)

/* Sockets that left CLOSE_WAIT while a descriptor held them, by shutdown() or a reset, or that came into it after they
 * had long been idle: the row that their close will count in, but for who does it. */
struct held {
	struct record_end_key row;
	__u32 fin_at; /* jiffies */
	__u32 idle;   /* jiffies, or IDLE_UNKNOWN */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__type(key, __u64); /* the cookie */
	__type(value, struct held);
} held SEC(".maps");

/* Clients that end connections themselves, before their peer does: theirs are the TIME_WAITs. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct record_end_key);
	__type(value, struct record_first_close);
} first_closes SEC(".maps");

__u64 closes_lost; /* rows that found no room */
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

static __always_inline void add_close(struct record_close *row, const struct record_close *one)
{
	__sync_fetch_and_add(&row->count, 1);
	if (one->oldest > row->oldest)
		row->oldest = one->oldest;
	if (one->last != row->last)
		__sync_fetch_and_add(&row->processes, 1);
	row->last = one->last;
	if (one->youngest < row->youngest)
		row->youngest = one->youngest;
	row->run = one->last_at - row->last_at <= AT_ONCE_JIFFIES ? row->run + 1 : 1;
	row->last_at = one->last_at;
	if (row->run > row->burst)
		row->burst = row->run;
	if (!one->idle_known)
		return;
	if (!row->idle_known || one->idle_low < row->idle_low)
		row->idle_low = one->idle_low;
	if (one->idle_high > row->idle_high)
		row->idle_high = one->idle_high;
	__sync_fetch_and_add(&row->idle_known, 1);
}

static __always_inline void count_close(struct held *was)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 now = (__u32)bpf_jiffies64(), age = now - was->fin_at;
	struct record_close one = {
		.count = 1, .oldest = age, .youngest = age, .processes = 1, .last_at = now, .run = 1, .burst = 1
	};

	if (was->idle != IDLE_UNKNOWN) {
		one.idle_known = 1;
		one.idle_low = one.idle_high = was->idle;
	}
	if (task->flags & PF_EXITING) {
		one.last = task->tgid;
		fill_ended(&was->row, task);
	} else {
		fill_process(&was->row, task);
	}
	if (!was->row.tgid)
		return;
	struct record_close *row = bpf_map_lookup_elem(&closes, &was->row);
	if (row)
		add_close(row, &one);
	else if (bpf_map_update_elem(&closes, &was->row, &one, BPF_NOEXIST))
		__sync_fetch_and_add(&closes_lost, 1);
}

static __always_inline void add_first_close(const struct record_end_key *key, struct task_struct *task)
{
	struct record_first_close *row = bpf_map_lookup_elem(&first_closes, key), first = { .count = 1 };

	if (row) {
		__sync_fetch_and_add(&row->count, 1);
		return;
	}
	first.uid = BPF_CORE_READ(task, cred, uid.val);
	first.ppid = task_ppid(task);
	BPF_CORE_READ_STR_INTO(&first.comm, task, group_leader, comm);
	if (bpf_map_update_elem(&first_closes, key, &first, BPF_NOEXIST))
		__sync_fetch_and_add(&closes_lost, 1);
}

static __always_inline void count_first_close(struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct record_end_key key = { 0 };

	if (!tp || side_of(tp) != RECORD_CLIENT)
		return;
	struct task_struct *task = bpf_get_current_task_btf();
	fill_process(&key, task);
	fill_end(&key, tp);
	if (key.tgid)
		add_first_close(&key, task);
}

/* What is held has a cookie: for the others none is made. */
static __always_inline struct held *find_held(struct sock *sk)
{
	__u64 cookie = SOCK(sk).__sk_common.skc_cookie.counter;

	return cookie ? bpf_map_lookup_elem(&held, &cookie) : 0;
}

static __always_inline long hold(struct sock *sk, const struct held *is)
{
	__u64 cookie = bpf_get_socket_cookie(sk);

	return bpf_map_update_elem(&held, &cookie, is, BPF_ANY);
}

static __always_inline bool count_held(struct sock *sk)
{
	struct held *was = find_held(sk);
	__u64 cookie = SOCK(sk).__sk_common.skc_cookie.counter;

	if (!was)
		return false;
	count_close(was);
	bpf_map_delete_elem(&held, &cookie);
	return true;
}

/* A server's idle timeout: noted as it comes, for what a program sends too late wipes its traces out. */
static __always_inline void enter_close_wait(struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct held is = { .fin_at = (__u32)bpf_jiffies64() };

	if (!tp)
		return;
	is.idle = idle_before(tp, is.fin_at);
	if (is.idle < jiffies_per_s)
		return;
	fill_end(&is.row, tp);
	hold(sk, &is); /* without room, it is told from its stamps later */
}

static __always_inline void leave_close_wait(struct sock *sk, struct tcp_sock *tp, bool released)
{
	struct held is = { .fin_at = tp->rcv_tstamp, .idle = IDLE_UNKNOWN };

	if (released ? count_held(sk) : find_held(sk) != 0)
		return;
	if (!may_be_probed(tp))
		is.idle = idle_before(tp, is.fin_at);
	fill_end(&is.row, tp);
	if (released)
		count_close(&is);
	else if (hold(sk, &is))
		__sync_fetch_and_add(&closes_lost, 1);
}

/* We have finished, the peer has not, and the program does not wait any longer. */
static __always_inline void leave_fin_wait2(struct tcp_sock *tp)
{
	struct held is = { .fin_at = tp->rcv_tstamp, .idle = IDLE_UNKNOWN };

	fill_end(&is.row, tp);
	is.row.waited = RECORD_FIN_WAIT2;
	count_close(&is);
}

/* The close of a connection that its peer has finished comes in one of three ways, each in the process that drops the
 * last descriptor:
 *  - it is in CLOSE_WAIT, and leaves it here (to LAST_ACK, or with a reset to CLOSE);
 *  - shutdown() has sent the FIN, and the peer has not acknowledged it yet: close() sets LAST_ACK once more;
 *  - it is in CLOSE already, by that acknowledgement or by a reset: close() destroys it, without a change of state.
 *    Nothing else destroys a socket that a descriptor holds.
 * In FIN_WAIT2, close() sets that state once more, or CLOSE where data was left unread. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(state_changed, struct sock *sk, int before, int after)
{
	if (after == TCP_FIN_WAIT1) /* always in the process that closes */
		count_first_close(sk);
	if (after == TCP_CLOSE_WAIT)
		enter_close_wait(sk);
	if (before != TCP_CLOSE_WAIT && before != TCP_FIN_WAIT2 && (before != TCP_LAST_ACK || after != TCP_LAST_ACK))
		return 0;
	struct file *file = file_of(sk);
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	if (!file || !tp)
		return 0;
	bool released = is_released(file);
	if (before == TCP_CLOSE_WAIT)
		leave_close_wait(sk, tp, released);
	else if (released && before == TCP_FIN_WAIT2)
		leave_fin_wait2(tp);
	else if (released)
		count_held(sk);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(socket_destroyed, struct sock *sk)
{
	count_held(sk);
	return 0;
}
