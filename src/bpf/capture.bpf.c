// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The stack of the thread that opens a connection, frozen as it does so: in connect() when the socket goes to SYN_SENT,
 * in accept() when it is handed out; and where its program is told of the end (EOF) for the first time. In a server
 * that runs a loop of events the last two are the loop itself: what tells its connections apart is where the listener
 * was set up, so that is frozen, too. Read a millisecond later, the stack would be another one: of 60 connects only 8
 * were still on the right line. So what will change is copied here, and decoded in user space if it is ever asked for.
 *
 * Of a native program that is its registers and stack. Of an interpreter it is the chain of its frames, if user space
 * has told where the process keeps them (the map `walks`). */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "capture.h"
#include "socket.bpf.h"
#include "ending.bpf.h"
#include "task.bpf.h"
#include "exit.bpf.h"
#include "frozen.bpf.h"
#include "bucket.bpf.h"
#include "family.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum {
	PF_IO_WORKER = 0x10,
	RING_BYTES = 1 << 23,
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
} records SEC(".maps");

/* A record is put together here, for it is larger than a program's stack and of no constant size. One for each program:
 * a tracing program is not entered again on the same CPU before it has ended. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct record_capture);
} drafts SEC(".maps");

/* By cookie: who reads an end is told so again and again, and that is frozen once. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, __u8);
} told SEC(".maps");

const volatile __u32 only_tgid;  /* 0: every process */
const volatile bool only_family; /* a command and what it starts */
const volatile __u32 only_netns; /* inode; 0: every network namespace */
__u32 begun;                     /* nothing is taken before */
__u64 records_lost;              /* the ring was full */
__u64 captures, capture_ns;      /* how many were taken, and what that took */

static __always_inline void fill_peer(struct record_capture *r, struct sock *sk)
{
	r->peer_port = __builtin_bswap16(SOCK_READ(sk, __sk_common.skc_dport));
	r->flags |= flag_if(SOCK_READ(sk, __sk_common.skc_family) == AF_INET6, CAPTURE_V6);
	read_address(r->peer, sk, true);
}

/* To wake user space costs more than the record, so that happens where much waits for it; else it comes by itself. */
static __always_inline __u64 wake_flags(void)
{
	return bpf_ringbuf_query(&records, BPF_RB_AVAIL_DATA) > RING_BYTES / 8 ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

static __always_inline void send(const struct record_capture *r)
{
	__u32 bytes = r->body_bytes;

	if (bytes > CAPTURE_STACK_BYTES)
		bytes = CAPTURE_STACK_BYTES;
	bytes += sizeof(*r) - CAPTURE_STACK_BYTES;
	if (r->flags & CAPTURE_SKIPPED)
		bytes = __builtin_offsetof(struct record_capture, thread_pointer);
	if (bpf_ringbuf_output(&records, (void *)r, bytes, wake_flags()))
		__sync_fetch_and_add(&records_lost, 1);
}

static __always_inline bool is_wanted_process(struct task_struct *task)
{
	return (!only_tgid || task_tgid(task) == only_tgid) && (!only_family || family_has(task));
}

/* A listener may be set up by another process than those that accept from it. */
static __always_inline bool is_wanted(struct sock *sk, struct task_struct *task, enum record_opening opening)
{
	return begun && (opening == CAPTURE_LISTEN || is_wanted_process(task)) &&
	       (!only_netns || SOCK_READ(sk, __sk_common.skc_net.net, ns.inum) == only_netns);
}

static __always_inline __u32 kind_of(enum record_opening opening)
{
	return opening == CAPTURE_EOF ? CAPTURE_TOLD : opening == CAPTURE_LISTEN ? CAPTURE_LISTENED : CAPTURE_OPENED;
}

static __always_inline __u64 bucket_of(__u32 tgid, enum record_opening opening)
{
	return tgid | (__u64)opening << 32;
}

static __always_inline void capture(struct sock *sk, __u64 cookie, enum record_opening opening, struct sock *listener)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 draft = opening - CAPTURE_CONNECT, tgid = task_tgid(task);
	__u64 began_ns = bpf_ktime_get_boot_ns();
	struct record_capture *r = bpf_map_lookup_elem(&drafts, &draft);

	if (!r || !tgid || !cookie || !is_wanted(sk, task, opening))
		return;
	__builtin_memset(r, 0, sizeof(*r) - CAPTURE_STACK_BYTES);
	r->kind = kind_of(opening);
	r->tgid = tgid;
	r->tid = task_tid(task);
	r->opening = opening;
	r->cookie = cookie;
	r->at_boot_ns = began_ns;
	r->start_boot_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	bpf_get_current_comm(r->comm, sizeof(r->comm));
	fill_peer(r, sk);
	if (listener) {
		r->listener = SOCK_READ(listener, __sk_common.skc_cookie.counter);
		r->flags |= CAPTURE_CAME_IN;
	}
	r->start_stack = BPF_CORE_READ(task, mm, start_stack);
	if (task->flags & (PF_IO_WORKER | PF_KTHREAD)) {
		r->flags |= CAPTURE_KERNEL_THREAD;
	} else if (bucket_takes(bucket_of(tgid, opening), began_ns)) {
		fill_registers(r, task);
		fill_body(r, task);
	} else {
		r->flags |= CAPTURE_SKIPPED;
	}
	send(r);
	if (r->flags & CAPTURE_SKIPPED)
		return;
	__sync_fetch_and_add(&captures, 1);
	__sync_fetch_and_add(&capture_ns, bpf_ktime_get_boot_ns() - began_ns);
}

/* The kernel keeps no time of it: keepalive probes move the stamp that tells it otherwise. */
static __always_inline void tell_finished(struct sock *sk)
{
	struct record_finished r = { .kind = CAPTURE_FINISHED,
		                     .cookie = SOCK_READ(sk, __sk_common.skc_cookie.counter),
		                     .at_boot_ns = bpf_ktime_get_boot_ns() };

	if (r.cookie && begun)
		bpf_ringbuf_output(&records, &r, sizeof(r), BPF_RB_NO_WAKEUP);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(opening, struct sock *sk, int before, int after)
{
	/* A socket that will be accepted gets its cookie now: at accept() nobody would make one. */
	if (after == TCP_SYN_SENT)
		capture(sk, bpf_get_socket_cookie(sk), CAPTURE_CONNECT, 0);
	else if (after == TCP_LISTEN)
		capture(sk, bpf_get_socket_cookie(sk), CAPTURE_LISTEN, 0);
	else if (before == TCP_SYN_RECV && after == TCP_ESTABLISHED)
		bpf_get_socket_cookie(sk);
	else if (after == TCP_CLOSE_WAIT)
		tell_finished(sk);
	return 0;
}

static __always_inline __u32 first_argument(struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);

#if defined(__TARGET_ARCH_x86)
	return BPF_CORE_READ(regs, di);
#else
	return BPF_CORE_READ(regs, orig_x0);
#endif
}

/* What accept() was called with. Another thread may have put something else in its place: it must listen where the
 * connection came to. */
static __always_inline struct sock *listener_of(struct task_struct *task, struct sock *accepted)
{
	struct sock *sk = tcp_socket(task, first_argument(task));

	if (!sk || SOCK_READ(sk, __sk_common.skc_state) != TCP_LISTEN ||
	    SOCK_READ(sk, __sk_common.skc_num) != SOCK_READ(accepted, __sk_common.skc_num))
		return 0;
	return sk;
}

/* Of accept() and accept4(): the registers of the caller are those that it entered with. */
SEC("tracepoint/syscalls/sys_exit_accept4")
int accepting(struct sys_exit *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct sock *sk = ctx->ret >= 0 ? tcp_socket(task, ctx->ret) : 0;

	if (sk)
		capture(sk, SOCK_READ(sk, __sk_common.skc_cookie.counter), CAPTURE_ACCEPT, listener_of(task, sk));
	return 0;
}

/* Of Linux 6.3: by its name, see watch.bpf.c. */
SEC("raw_tp/sock_recv_length")
int BPF_PROG(telling, struct sock *sk, int length, int flags)
{
	__u64 cookie;
	__u8 yes = 1;

	if (length || !begun || SOCK_READ(sk, __sk_common.skc_state) != TCP_CLOSE_WAIT)
		return 0;
	cookie = SOCK_READ(sk, __sk_common.skc_cookie.counter);
	if (cookie && !bpf_map_update_elem(&told, &cookie, &yes, BPF_NOEXIST))
		capture(sk, cookie, CAPTURE_EOF, 0);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(closing, struct sock *sk)
{
	struct record_gone r = { .kind = CAPTURE_GONE, .cookie = SOCK(sk).__sk_common.skc_cookie.counter };

	r.failed = was_never_connected(sk);
	if (r.cookie)
		bpf_ringbuf_output(&records, &r, sizeof(r), BPF_RB_NO_WAKEUP);
	return 0;
}

/* The image of a process is another one: what was known of its interpreter is void. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(starting, struct task_struct *task)
{
	struct record_started r = { .kind = CAPTURE_STARTED, .tgid = task_tgid(task) };

	bpf_map_delete_elem(&walks, &r.tgid);
	r.start_boot_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	if (r.tgid && is_wanted_process(task))
		bpf_ringbuf_output(&records, &r, sizeof(r), 0);
	return 0;
}

/* A forked worker has its parent's image, and interpreter, and is of its family. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(forking, struct task_struct *parent, struct task_struct *child)
{
	__u32 from = task_tgid(parent), to = task_tgid(child);
	struct record_walk *w = from == to ? 0 : bpf_map_lookup_elem(&walks, &from);

	if (w && to)
		bpf_map_update_elem(&walks, &to, w, BPF_ANY);
	if (only_family)
		family_fork(parent, child);
	return 0;
}

/* The last thread of a process of the family. Its descriptors are closed after this. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(ending, struct task_struct *task)
{
	struct record_ended r = { .kind = CAPTURE_ENDED };

	if (!only_family || BPF_CORE_READ(task, signal, live.counter))
		return 0;
	r.tgid = task_tgid(task);
	r.start_boot_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	r.at_boot_ns = bpf_ktime_get_boot_ns();
	if (family_has(task))
		bpf_ringbuf_output(&records, &r, sizeof(r), BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("tp_btf/sched_process_free")
int BPF_PROG(freeing, struct task_struct *task)
{
	if (only_family)
		family_free(task);
	return 0;
}
