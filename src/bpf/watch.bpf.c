// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What happens to connections, one event after the other, and who does it.
 *
 * The process that opened or accepted a socket is kept by the socket's cookie until it is destroyed, for most of what
 * happens later happens in an interrupt, under whatever process is running there. Each event goes into the ring, and is
 * counted by program and end (turnovers). Where the ring is full an event is lost to the ring, never to the counts.
 * What does not match the expression, as far as it could be told here (narrow), is left at once. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "record_watch.h"
#include "socket.bpf.h"
#include "task.bpf.h"
#include "end.bpf.h"
#include "closer.bpf.h"
#include "exit.bpf.h"
#include "called.bpf.h"
#include "family.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#include "watch.bpf.h"

/* In the process that calls connect(), or sends with MSG_FASTOPEN, or a worker of its io_uring. */
static __always_inline void begin_connect(struct sock *sk)
{
	struct record_maker m = { 0 };

	if (!is_wanted(bpf_get_current_task_btf()))
		return;
	fill_maker(&m, sk, RECORD_CLIENT);
	keep_maker(bpf_get_socket_cookie(sk), &m);
}

static __always_inline void become_established(struct sock *sk, int before)
{
	struct record_maker *m = find_maker(sk);
	struct told t = { .kind = RECORD_EVENT_OPENED, .side = RECORD_CLIENT };

	if (!m && is_narrow_by_process())
		return;
	if (m && m->row.side == RECORD_SERVER)
		return; /* accepted before it was (TCP Fast Open) */
	if (!m && before != TCP_SYN_SENT) {
		t.kind = RECORD_EVENT_ARRIVED;
		t.side = RECORD_SERVER;
	}
	if (m) {
		take_after(&t, m->since_boot_ns);
		m->since_boot_ns = bpf_ktime_get_boot_ns();
		m->flags |= RECORD_MAKER_CONNECTED;
		count(m, RECORD_TURNOVER_OPENED);
	}
	tell(sk, m, &t, 0);
}

/* In an interrupt: the running process has nothing to do with it. */
static __always_inline void hear_fin(struct sock *sk)
{
	struct record_maker *m = find_maker(sk);
	struct told t = { .kind = RECORD_EVENT_FIN_RECEIVED, .side = RECORD_EITHER };

	if (!m && is_narrow_by_process())
		return;
	bpf_get_socket_cookie(sk);
	if (m) {
		t.side = m->row.side;
		if (!(m->flags & RECORD_MAKER_HELD))
			take_after(&t, m->since_boot_ns);
		m->fin_boot_ns = bpf_ktime_get_boot_ns();
		m->flags |= RECORD_MAKER_FIN;
		count(m, RECORD_TURNOVER_FINS);
	}
	tell(sk, m, &t, 0);
}

static __always_inline void count_closed(struct record_maker *m, bool fin_came)
{
	if (!(m->flags & RECORD_MAKER_CONNECTED))
		return;
	count(m, RECORD_TURNOVER_CLOSED);
	if (m->flags & RECORD_MAKER_FIN)
		count(m, RECORD_TURNOVER_FINISHED);
	else if (!fin_came)
		count(m, RECORD_TURNOVER_CLOSED_FIRST);
}

/* The last descriptor is gone: see closer.bpf.h for by whom. */
static __always_inline void be_closed(struct sock *sk, struct record_maker *m, bool fin_came, bool aborted)
{
	struct task_struct *task = bpf_get_current_task_btf();
	int closer = closer_now();
	struct told t = { .kind = RECORD_EVENT_CLOSED,
		          .side = RECORD_EITHER,
		          .by = closer == CLOSER_UNKNOWN ? DOER_UNKNOWN : DOER_CURRENT,
		          .any_thread = closer == CLOSER_PROCESS };

	if (!m && (closer == CLOSER_UNKNOWN ? is_narrow_by_process() : !is_wanted(task)))
		return;
	bpf_get_socket_cookie(sk);
	if (m) {
		if (m->flags & RECORD_MAKER_CLOSED)
			return;
		m->flags |= RECORD_MAKER_CLOSED;
		fin_came |= (m->flags & (RECORD_MAKER_FIN | RECORD_MAKER_ENDED)) != 0;
		t.side = m->row.side;
		if (m->fin_boot_ns)
			take_after(&t, m->fin_boot_ns);
		else if (!(m->flags & (RECORD_MAKER_HELD | RECORD_MAKER_ENDED)))
			take_after(&t, m->since_boot_ns);
		count_closed(m, fin_came);
	}
	t.flags |= flag_if(fin_came, RECORD_EVENT_FIN_CAME) |
	           flag_if(m && m->flags & RECORD_MAKER_FIN, RECORD_EVENT_FINISHED) |
	           flag_if(closer && task->flags & PF_EXITING, RECORD_EVENT_ENDED) |
	           flag_if(aborted, RECORD_EVENT_ABORTED);
	tell(sk, m, &t, 0);
}

static __always_inline void be_shut_down(struct sock *sk, int before)
{
	struct record_maker *m = find_maker(sk);
	struct told t = { .kind = RECORD_EVENT_SHUT_DOWN, .side = RECORD_EITHER, .by = DOER_CURRENT };

	if (!m && !is_wanted(bpf_get_current_task_btf()))
		return;
	if (m) {
		t.side = m->row.side;
		if (m->fin_boot_ns)
			take_after(&t, m->fin_boot_ns);
		if (before != TCP_CLOSE_WAIT)
			m->flags |= RECORD_MAKER_SHUT;
	}
	t.flags |= flag_if(before == TCP_CLOSE_WAIT, RECORD_EVENT_FIN_CAME);
	tell(sk, m, &t, 0);
}

/* By the peer, by a time limit of the kernel, or from outside (ss -K): its error says which. */
static __always_inline void be_reset(struct sock *sk, int before)
{
	struct record_maker *m = find_maker(sk);
	bool connects = before == TCP_SYN_SENT;
	struct told t = { .kind = connects ? RECORD_EVENT_FAILED : RECORD_EVENT_RESET,
		          .call = RECORD_CALL_CONNECT,
		          .side = RECORD_EITHER,
		          .error = SOCK(sk).sk_err };

	if (!m && is_narrow_by_process())
		return;
	bpf_get_socket_cookie(sk);
	if (m) {
		t.side = m->row.side;
		if (!(m->flags & RECORD_MAKER_HELD))
			take_after(&t, m->since_boot_ns);
		m->flags |= connects ? RECORD_MAKER_FAILED : 0;
		count(m, connects ? RECORD_TURNOVER_FAILED : RECORD_TURNOVER_RESET);
	}
	t.flags |= flag_if(before == TCP_CLOSE_WAIT || before == TCP_LAST_ACK, RECORD_EVENT_FIN_CAME);
	tell(sk, m, &t, 0);
}

/* It has died, and a descriptor holds it: whoever destroys it closes it. Of others that is not said: the kernel leaves
 * out a program that would interrupt itself, so that a close may not have been seen. */
static __always_inline void note_dead(struct sock *sk)
{
	struct record_maker *m = find_maker(sk);

	if (m)
		m->flags |= RECORD_MAKER_DEAD;
}

/* close() holds the socket's lock, and sets a state whatever the one before. An interrupt may change it between the end
 * of the descriptor and that lock: it does not hold it (sk_lock.owned). What waited for the lock is worked off by its
 * holder: after close(), when the socket has no file any more. */
static __always_inline void leave(struct sock *sk, int before, int after)
{
	struct file *file = file_of(sk);

	if (!file || before == TCP_LISTEN)
		return;
	bool owned = SOCK(sk).sk_lock.owned, first = after == TCP_FIN_WAIT1 && before != TCP_FIN_WAIT1;
	if (owned && is_released(file))
		be_closed(sk, find_maker(sk),
		          before == TCP_CLOSE_WAIT || before == TCP_LAST_ACK || before == TCP_CLOSING,
		          after == TCP_CLOSE && before != TCP_SYN_SENT);
	else if (owned && (first || (before == TCP_CLOSE_WAIT && after == TCP_LAST_ACK)))
		be_shut_down(sk, before);
	else if (after == TCP_CLOSE && SOCK(sk).sk_err)
		be_reset(sk, before);
	if (after == TCP_CLOSE && !is_released(file))
		note_dead(sk);
}

/* Its first change of state since accept(): now it can be called by its cookie, which was made before this looks, as
 * accept() looks for it afterwards: one of both finds the other's. */
static __always_inline void name_accepted(struct sock *sk)
{
	struct told t = { .kind = RECORD_EVENT_ACCEPTED, .side = RECORD_SERVER };
	__u64 address = (__u64)sk, cookie = bpf_get_socket_cookie(sk);
	struct early *kept = bpf_map_lookup_elem(&unnamed, &address);

	if (!kept)
		return;
	struct early e = *kept;
	bool same =
	        e.peer == SOCK_READ(sk, __sk_common.skc_daddr) && e.peer_port == SOCK_READ(sk, __sk_common.skc_dport);
	if (bpf_map_delete_elem(&unnamed, &address) || !same)
		return;
	keep_maker(cookie, &e.maker);
	tell(sk, &e.maker, &t, 0);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(state_changed, struct sock *sk, int before, int after)
{
	if (!bpf_skc_to_tcp_sock(sk) || !is_near(sk))
		return 0;
	if (before == TCP_SYN_RECV)
		name_accepted(sk);
	if (after == TCP_SYN_SENT)
		begin_connect(sk);
	else if (after == TCP_ESTABLISHED)
		become_established(sk, before);
	else if (after == TCP_CLOSE_WAIT && before != TCP_CLOSE_WAIT)
		hear_fin(sk);
	else if (after != TCP_SYN_RECV && after != TCP_LISTEN)
		leave(sk, before, after);
	return 0;
}

/* Nothing but close() destroys a socket that a descriptor holds: that of a dead one shows here alone. */
SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(socket_destroyed, struct sock *sk)
{
	__u64 cookie = SOCK(sk).__sk_common.skc_cookie.counter;
	struct told t = { .kind = RECORD_EVENT_DESTROYED, .side = RECORD_EITHER };

	if (!cookie || !is_near(sk))
		return 0;
	struct record_maker *m = bpf_map_lookup_elem(&makers, &cookie);
	if (!m && is_narrow_by_process())
		return 0;
	if (m) {
		__u32 dead = RECORD_MAKER_DEAD | RECORD_MAKER_CONNECTED;
		if ((m->flags & (dead | RECORD_MAKER_CLOSED)) == dead)
			be_closed(sk, m, !(m->flags & RECORD_MAKER_SHUT), false);
		t.side = m->row.side;
		if (!(m->flags & RECORD_MAKER_HELD))
			take_after(&t, m->since_boot_ns);
	}
	if (SOCK(sk).__sk_common.skc_dport)
		tell(sk, m, &t, 0);
	bpf_map_delete_elem(&makers, &cookie);
	return 0;
}

/* Of Linux 6.3. By its name, not its type: what has no type there would keep all others from being loaded. */
SEC("raw_tp/sock_recv_length")
int BPF_PROG(received, struct sock *sk, int length, int flags)
{
	struct told t = { .kind = RECORD_EVENT_EOF_TOLD, .by = DOER_CURRENT };

	if (length || SOCK_READ(sk, __sk_common.skc_state) != TCP_CLOSE_WAIT)
		return 0;
	struct record_maker *m = find_maker(sk);
	if (!m || m->flags & RECORD_MAKER_EOF)
		return 0;
	m->flags |= RECORD_MAKER_EOF;
	t.side = m->row.side;
	take_after(&t, m->fin_boot_ns);
	tell(sk, m, &t, 0);
	return 0;
}

/* Its cookie, or 0: it was left to its next change of state to give it one. */
static __always_inline __u64 keep_unnamed(struct sock *sk, const struct record_maker *m)
{
	__u64 address = (__u64)sk, cookie;
	struct early e = { .maker = *m,
		           .peer = SOCK_READ(sk, __sk_common.skc_daddr),
		           .peer_port = SOCK_READ(sk, __sk_common.skc_dport) };

	if (bpf_map_update_elem(&unnamed, &address, &e, BPF_ANY)) {
		__sync_fetch_and_add(&lost[RECORD_LOSS_MAKER], 1);
		return 0;
	}
	__sync_fetch_and_add(&accepted_early, 1); /* and a barrier: that it is kept is seen before the cookie is read */
	cookie = SOCK_READ(sk, __sk_common.skc_cookie.counter);
	if (!cookie || bpf_map_delete_elem(&unnamed, &address))
		return 0;
	return cookie;
}

static __always_inline void accept(struct sock *sk)
{
	struct told t = { .kind = RECORD_EVENT_ACCEPTED, .side = RECORD_SERVER, .by = DOER_CURRENT };
	__u64 cookie = SOCK_READ(sk, __sk_common.skc_cookie.counter);
	__u8 state = SOCK_READ(sk, __sk_common.skc_state);
	struct record_maker m = { .flags = RECORD_MAKER_CONNECTED };

	if (cookie && bpf_map_lookup_elem(&makers, &cookie))
		return;
	fill_maker(&m, sk, RECORD_SERVER);
	count(&m, RECORD_TURNOVER_ACCEPTED);
	if (!cookie)
		cookie = keep_unnamed(sk, &m);
	if (!cookie)
		return;
	if (state == TCP_CLOSE_WAIT) { /* that was told of nobody */
		m.flags |= RECORD_MAKER_FIN;
		m.fin_boot_ns = m.since_boot_ns;
		count(&m, RECORD_TURNOVER_FINS);
		t.flags |= RECORD_EVENT_FIN_CAME;
	}
	keep_maker(cookie, &m);
	tell(sk, &m, &t, 0);
}

static __always_inline void fail(struct sock *sk, enum record_call call, int error)
{
	struct told t = { .kind = RECORD_EVENT_FAILED, .call = call, .error = error, .by = DOER_CURRENT };
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct record_call_key target = { 0 };
	struct record_maker m = { 0 }, *known = find_maker(sk);
	bool asked = call == RECORD_CALL_BIND || call == RECORD_CALL_CONNECT;

	if (call == RECORD_CALL_CONNECT && known && known->flags & RECORD_MAKER_FAILED) {
		known->flags &= ~RECORD_MAKER_FAILED;
		return;
	}
	if (asked)
		read_target(&target, (const void *)PT_REGS_PARM2_CORE_SYSCALL(regs),
		            (int)PT_REGS_PARM3_CORE_SYSCALL(regs));
	if (!is_near_failed(sk, &target, call == RECORD_CALL_BIND))
		return;
	t.side = call == RECORD_CALL_CONNECT ? RECORD_CLIENT : call == RECORD_CALL_BIND ? RECORD_EITHER : RECORD_SERVER;
	fill_maker(&m, sk, t.side);
	if (asked) {
		m.row.port = target.port;
		m.row.v6 = target.target == RECORD_TARGET_V6;
		__builtin_memcpy(m.row.address, target.address, sizeof(m.row.address));
	}
	count(&m, RECORD_TURNOVER_FAILED);
	tell(sk, &m, &t, asked ? &target : 0);
}

/* One program for all of them: user space has written on each link which call it is. */
SEC("tracepoint/syscalls/sys_exit_accept4")
int call_exit(struct sys_exit *ctx)
{
	enum record_call call = bpf_get_attach_cookie(ctx);
	bool accepts = call == RECORD_CALL_ACCEPT && ctx->ret >= 0;
	struct task_struct *task = bpf_get_current_task_btf();

	if (!accepts && !is_failure(ctx->ret))
		return 0;
	if (!is_wanted(task))
		return 0;
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	struct sock *sk = tcp_socket(task, accepts ? ctx->ret : (unsigned int)PT_REGS_PARM1_CORE_SYSCALL(regs));
	if (!sk)
		return 0;
	if (!accepts)
		fail(sk, call, (int)-ctx->ret);
	else if (is_near(sk))
		accept(sk);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(forked, struct task_struct *parent, struct task_struct *child)
{
	family_fork(parent, child);
	return 0;
}

SEC("tp_btf/sched_process_free")
int BPF_PROG(freed, struct task_struct *task)
{
	family_free(task);
	return 0;
}
