// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* From the goroutine that opens a connection back to the one that asked for it, in Go programs. Entries of four
 * functions are hooked, in processes that have them (see bridge.h); never a return, for that breaks a stack that Go may
 * move. An object that stands for the request goes from hand to hand: it is the key.
 *
 * What is kept here by goroutine may be old, for goroutines are used again. So user space takes it only where the stack
 * that opened the connection begins in one of the functions that have set it anew. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "bridge.h"
#include "socket.bpf.h"
#include "ending.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct key {
	__u64 tgid, address;
};

struct request {
	__u64 by; /* the object that stands for who asked the one that asked; 0: nobody */
	struct record_bridge callers;
};

/* By process and object. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 2048);
	__type(key, struct key);
	__type(value, struct request);
} requests SEC(".maps");

/* The object that a goroutine works for. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct key);
	__type(value, __u64);
} goroutines SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32); /* tgid, as the tool sees it */
	__type(value, struct record_bridge_program);
} programs SEC(".maps");

/* What came of it, by the socket's cookie, until that is destroyed. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 32768);
	__type(key, __u64);
	__type(value, struct record_bridge);
} bridges SEC(".maps");

/* The same of those that failed. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, struct record_bridge);
} failed SEC(".maps");

static const struct request nothing; /* what a row begins with: it is filled in its place */

/* Go's own way to call (ABIInternal, since 1.17): arguments in registers, the goroutine in another. */
#if defined(__TARGET_ARCH_x86)
#define FIRST_ARGUMENT(regs)  ((regs)->ax)
#define SECOND_ARGUMENT(regs) ((regs)->bx)
#define GOROUTINE_MEMBER      r14
#else
#define FIRST_ARGUMENT(regs)  ((regs)->user_regs.regs[0])
#define SECOND_ARGUMENT(regs) ((regs)->user_regs.regs[1])
#define GOROUTINE_MEMBER      user_regs.regs[28]
#endif
#define GOROUTINE(regs) ((regs)->GOROUTINE_MEMBER)

/* On the way into a function. */
static __always_inline __u64 caller_of(const struct pt_regs *ctx)
{
#if defined(__TARGET_ARCH_x86)
	__u64 caller = 0;

	bpf_probe_read_user(&caller, sizeof(caller), (void *)PT_REGS_SP(ctx));
	return caller;
#else
	return ctx->user_regs.regs[30];
#endif
}

/* Frame pointers are whole in Go's own code, and on the way in the caller's is still in its register. True: one of the
 * callers is in the code between `first` and `end`. */
static __always_inline bool walk(struct record_bridge *to, const struct pt_regs *ctx, __u64 first, __u64 end)
{
	__u64 frame[2] = { PT_REGS_FP(ctx), caller_of(ctx) }, fp;
	__u32 count = 0;
	bool between = false;

#pragma clang loop unroll(disable)
	for (int i = 0; i < BRIDGE_ADDRESSES && frame[1]; i++) {
		to->at[i] = frame[1];
		count = i + 1;
		between |= frame[1] >= first && frame[1] < end;
		fp = frame[0];
		if (!fp || bpf_probe_read_user(frame, sizeof(frame), (void *)fp) || (frame[0] && frame[0] <= fp))
			break;
	}
	to->count = count;
	return between;
}

static __always_inline __u32 own_tgid(void)
{
	return task_tgid(bpf_get_current_task_btf());
}

static __always_inline struct request *request_new(const struct key *object)
{
	bpf_map_update_elem(&requests, object, &nothing, BPF_ANY);
	return bpf_map_lookup_elem(&requests, object);
}

SEC("uprobe")
int queueing(struct pt_regs *ctx)
{
	struct key w = { own_tgid(), SECOND_ARGUMENT(ctx) };
	struct request *r = request_new(&w);

	if (r)
		walk(&r->callers, ctx, 0, 0);
	return 0;
}

SEC("uprobe")
int dialing(struct pt_regs *ctx)
{
	struct key g = { own_tgid(), GOROUTINE(ctx) };
	__u64 w = SECOND_ARGUMENT(ctx);

	bpf_map_update_elem(&goroutines, &g, &w, BPF_ANY);
	return 0;
}

/* The goroutine may be one that net/http has started: then who asked that comes after it. */
SEC("uprobe")
int racing(struct pt_regs *ctx)
{
	__u32 tgid = own_tgid();
	struct key g = { tgid, GOROUTINE(ctx) }, sd = { tgid, FIRST_ARGUMENT(ctx) };
	struct record_bridge_program *p = bpf_map_lookup_elem(&programs, &tgid);
	__u64 *w = bpf_map_lookup_elem(&goroutines, &g);
	struct request *r = p ? request_new(&sd) : 0;

	if (r && walk(&r->callers, ctx, p->dial_first, p->dial_end) && w)
		r->by = *w;
	return 0;
}

SEC("uprobe")
int starting(struct pt_regs *ctx)
{
	__u32 tgid = own_tgid();
	struct key g = { tgid, GOROUTINE(ctx) };
	struct record_bridge_program *p = bpf_map_lookup_elem(&programs, &tgid);
	__u64 caller = caller_of(ctx), sd = FIRST_ARGUMENT(ctx);

	if (p && caller >= p->racer_first && caller < p->racer_end)
		bpf_map_update_elem(&goroutines, &g, &sd, BPF_ANY);
	return 0;
}

static __always_inline void add(struct record_bridge *to, const struct record_bridge *from)
{
#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < BRIDGE_ADDRESSES && i < from->count; i++) {
		__u32 at = to->count;
		if (at >= BRIDGE_ADDRESSES)
			break;
		to->at[at] = from->at[i];
		to->count = at + 1;
	}
}

static __always_inline void remember(__u64 cookie, struct key *object)
{
	struct request *r = bpf_map_lookup_elem(&requests, object);

	if (!r || bpf_map_update_elem(&bridges, &cookie, &nothing.callers, BPF_ANY))
		return;
	struct record_bridge *to = bpf_map_lookup_elem(&bridges, &cookie);
	if (!to)
		return;
	add(to, &r->callers);
	object->address = r->by;
	r = r->by ? bpf_map_lookup_elem(&requests, object) : 0;
	if (r)
		add(to, &r->callers);
}

/* The register is the goroutine's still, for a system call keeps it. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(opening, struct sock *sk, int before, int after)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 tgid = after == TCP_SYN_SENT ? task_tgid(task) : 0;
	struct key g = { tgid, 0 };

	if (!tgid || !bpf_map_lookup_elem(&programs, &tgid))
		return 0;
	BPF_CORE_READ_INTO(&g.address, (struct pt_regs *)bpf_task_pt_regs(task), GOROUTINE_MEMBER);
	__u64 *object = bpf_map_lookup_elem(&goroutines, &g);
	if (!object)
		return 0;
	struct key o = { tgid, *object };
	remember(bpf_get_socket_cookie(sk), &o);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(closing, struct sock *sk)
{
	end_socket(sk, &bridges, &failed);
	return 0;
}
