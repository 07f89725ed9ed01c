// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What becomes of connections, counted where TCP changes their state: who opened how many, who closed first, who after
 * the peer and how late, what was reset, what never came to be. It may stay attached for months, so a healthy
 * connection costs two counted steps at each end and no memory of its own. What finds no room is counted for its
 * process alone, or at worst for the host: the sums always balance. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "record.h"
#include "socket.bpf.h"
#include "task.bpf.h"
#include "end.bpf.h"
#include "closer.bpf.h"
#include "counts.bpf.h"
#include "closes.bpf.h"
#include "held.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum { ENETUNREACH = 101, ETIMEDOUT = 110, ECONNREFUSED = 111, EHOSTUNREACH = 113 };

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
	if (released || hold(sk, &is))
		count_close(&is, released);
}

/* We have finished, the peer has not, and the program does not wait any longer. */
static __always_inline void leave_fin_wait2(struct tcp_sock *tp)
{
	struct held is = { .fin_at = tp->rcv_tstamp, .idle = IDLE_UNKNOWN };

	fill_end(&is.row, tp);
	is.row.waited = RECORD_FIN_WAIT2;
	count_close(&is, true);
}

/* The socket may have been used before, for a connection that failed or was reset. */
static __always_inline void begin(struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct record_end_key key = { 0 };

	if (!tp)
		return;
	count_held(sk);
	fill_end_of(&key, tp, RECORD_CLIENT);
	count_current(&key, COUNT_OPENED);
}

/* A handshake is over, and whoever accepts it is not known yet. */
static __always_inline void arrive(struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct record_end_key key = { 0 };

	if (!tp)
		return;
	fill_end(&key, tp);
	if (key.side != RECORD_CLIENT)
		count_nobody(&key, COUNT_OPENED);
}

/* Always in the process that closes, or shuts down. */
static __always_inline void close_first(struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct record_end_key key = { 0 };

	if (!tp)
		return;
	fill_end(&key, tp);
	count_closer(&key, COUNT_FIRST);
}

static __always_inline enum record_failure failure_of(struct sock *sk)
{
	switch (SOCK(sk).sk_err) {
	case 0:
		return RECORD_NO_PORT; /* it failed before anything was sent */
	case ECONNREFUSED:
		return RECORD_REFUSED;
	case ETIMEDOUT:
		return RECORD_TIMED_OUT;
	case ENETUNREACH:
	case EHOSTUNREACH:
		return RECORD_UNREACHABLE;
	}
	return RECORD_FAILED;
}

/* What comes from the peer, or from the clock, comes under whatever process is current: it waits for the one that
 * closes the socket. */
static __always_inline void end_later(struct sock *sk, struct tcp_sock *tp, enum counted what, enum record_side side)
{
	struct held is = { .what = what };

	fill_end_of(&is.row, tp, side);
	if (hold(sk, &is))
		count_nobody(&is.row, what);
}

static __always_inline void fail(struct sock *sk, struct tcp_sock *tp, bool released)
{
	struct record_end_key key = { 0 };
	enum record_failure failure = released ? RECORD_GIVEN_UP : failure_of(sk);

	if (!released && failure != RECORD_NO_PORT) {
		end_later(sk, tp, COUNT_FAILED + failure, RECORD_CLIENT);
		return;
	}
	fill_end_of(&key, tp, RECORD_CLIENT);
	count_closer(&key, COUNT_FAILED + failure);
}

/* Its bucket is gone with the state: what had no listener's backlog was a client, or, seldom, a child of listen(0). */
static __always_inline enum record_side side_of_closed(struct tcp_sock *tp)
{
	enum record_side side = side_of(tp);

	return side == RECORD_EITHER && !tp->inet_conn.icsk_bind_hash ? RECORD_CLIENT : side;
}

static __always_inline void end_established(struct sock *sk, struct tcp_sock *tp, bool released)
{
	struct record_end_key key = { 0 };

	if (!released) {
		end_later(sk, tp, COUNT_RESET, side_of_closed(tp));
		return;
	}
	fill_end_of(&key, tp, side_of_closed(tp));
	count_closer(&key, COUNT_ABORTED);
}

/* It has no file, and never had one. */
static __always_inline void end_unaccepted(struct tcp_sock *tp)
{
	struct record_end_key key = { 0 };

	fill_end_of(&key, tp, side_of_closed(tp));
	count_nobody(&key, COUNT_UNACCEPTED);
}

/* The close of a connection that its peer has finished comes in one of three ways, each in the process that drops the
 * last descriptor:
 *  - it is in CLOSE_WAIT, and leaves it here (to LAST_ACK, or with a reset to CLOSE);
 *  - shutdown() has sent the FIN, and the peer has not acknowledged it yet: close() sets LAST_ACK once more;
 *  - it is in CLOSE already, by that acknowledgement or by a reset: close() destroys it, without a change of state.
 *    Nothing else destroys a socket that a descriptor holds.
 * In FIN_WAIT2, close() sets that state once more, or CLOSE where data was left unread. */
static __always_inline void leave(struct sock *sk, int before, int after)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct file *file = file_of(sk);
	bool released = file && is_released(file);

	if (!tp)
		return;
	if (before == TCP_SYN_SENT)
		fail(sk, tp, released);
	else if (!file && before != TCP_FIN_WAIT2 && before != TCP_LAST_ACK)
		end_unaccepted(tp);
	else if (before == TCP_ESTABLISHED)
		end_established(sk, tp, released);
	else if (before == TCP_CLOSE_WAIT)
		leave_close_wait(sk, tp, released);
	else if (released && before == TCP_FIN_WAIT2)
		leave_fin_wait2(tp);
	else if (released)
		count_held(sk);
}

static __always_inline bool is_leaving(int before, int after)
{
	switch (before) {
	case TCP_SYN_SENT:
	case TCP_ESTABLISHED:
		return after == TCP_CLOSE;
	case TCP_CLOSE_WAIT:
	case TCP_FIN_WAIT2:
		return true;
	case TCP_LAST_ACK:
		return after == TCP_LAST_ACK;
	}
	return false;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(state_changed, struct sock *sk, int before, int after)
{
	if (after == TCP_SYN_SENT)
		begin(sk);
	else if (after == TCP_ESTABLISHED && before == TCP_SYN_RECV)
		arrive(sk);
	else if (after == TCP_FIN_WAIT1)
		close_first(sk);
	else if (after == TCP_CLOSE_WAIT)
		enter_close_wait(sk);
	else if (is_leaving(before, after))
		leave(sk, before, after);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(socket_destroyed, struct sock *sk)
{
	count_held(sk);
	return 0;
}
