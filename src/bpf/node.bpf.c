// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The calls in JavaScript that made the handle of a connection or a listener, in Node processes: see node.h. Hooked are
 * the entries of uv_tcp_init, where the program's own calls are on the stack, and of uv_tcp_connect and uv_listen, in
 * which the kernel then sees the socket. Frame pointers are whole there: Node and V8 are built with them. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "node.h"
#include "socket.bpf.h"
#include "ending.bpf.h"
#include "task.bpf.h"
#include "bucket.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum {
	FRAMES_MOST = 128, /* with those that are not JavaScript's */
	CALL_FRAME = 4096, /* connect(), listen(): called so near to the entry of uv_tcp_connect, uv_listen */
	WORD_CONTEXT = 7,  /* before the frame pointer: of a call in JavaScript a pointer, else what kind it is */
	WORD_FUNCTION = 6,
	WORD_BYTECODE = 4,
};

struct handle {
	__u64 tgid, address;
};

/* Until it is connected, or listens; a handle that never is gives its place to the next one at its address. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, struct handle);
	__type(value, struct record_javascript);
} created SEC(".maps");

/* By the cookie of the socket, until that is destroyed. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct record_javascript);
} calls SEC(".maps");

/* The same of those that failed. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 256);
	__type(key, __u64);
	__type(value, struct record_javascript);
} failed SEC(".maps");

struct handing {
	struct handle handle;
	__u64 stack; /* the stack pointer at the entry */
};

/* By thread. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct handing);
} threads SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32); /* tgid, as the tool sees it */
	__type(value, struct record_node_program);
} programs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct record_javascript);
} drafts SEC(".maps");

static __always_inline bool is_pointer(__u64 word)
{
	return (word & 3) == 1;
}

static __always_inline __u64 follow(__u64 object, __u32 at)
{
	__u64 word = 0;

	if (is_pointer(object))
		bpf_probe_read_user(&word, sizeof(word), (void *)(object - 1 + at));
	return word;
}

/* What V8 has built in has none, and is no call of the program. */
static __always_inline bool is_script(__u64 object, const struct record_node_program *p)
{
	__u64 map = follow(object, 0);
	__u16 type = 0;

	return is_pointer(map) && !bpf_probe_read_user(&type, sizeof(type), (void *)(map - 1 + p->type_at)) &&
	       type == p->script_type;
}

__attribute__((noinline, weak)) int read_call(struct record_node *to, const struct record_node_program *p)
{
	if (!to || !p)
		return 0;
	struct node_call *c = (struct node_call *)to->bytes;
	c->shared = follow(c->before[WORD_FUNCTION], p->shared_at);
	c->scope = follow(c->shared, p->scope_at);
	c->script = follow(c->shared, p->script_at);
	c->positions = follow(c->before[WORD_BYTECODE], p->positions_at);
	return is_script(c->script, p);
}

/* Of the calls on the stack those in JavaScript, the innermost first. How many there are stands in memory alone: the
 * verifier would go through each number at each frame. */
__attribute__((noinline, weak)) int read_calls(struct record_javascript *to, const struct record_node_program *p,
                                               __u64 fp)
{
	if (!to || !p)
		return 0;
	to->count = 0;
#pragma clang loop unroll(disable)
	for (int i = 0; i < FRAMES_MOST && fp; i++) {
		__u32 at = *(volatile __u32 *)&to->count;
		if (at >= NODE_CALLS)
			break;
		struct record_node *node = &to->calls[at];
		struct node_call *c = (struct node_call *)node->bytes;
		if (bpf_probe_read_user(c, NODE_BEFORE + 16, (void *)(fp - NODE_BEFORE)))
			break;
		node->address = fp;
		if (is_pointer(c->before[WORD_CONTEXT]) && is_pointer(c->before[WORD_FUNCTION]) && read_call(node, p))
			to->count = at + 1;
		fp = c->caller > fp ? c->caller : 0;
	}
	to->cut = fp != 0;
	return 0;
}

SEC("uprobe")
int creating(struct pt_regs *ctx)
{
	__u32 tgid = task_tgid(bpf_get_current_task_btf()), zero = 0;
	struct record_node_program *p = bpf_map_lookup_elem(&programs, &tgid);
	struct record_javascript *draft = bpf_map_lookup_elem(&drafts, &zero);
	struct handle h = { tgid, PT_REGS_PARM2(ctx) };
	__u64 now_ns = bpf_ktime_get_boot_ns();

	if (!p || !draft)
		return 0;
	draft->count = 0;
	if (!bucket_is_empty(tgid, now_ns))
		read_calls(draft, p, PT_REGS_FP(ctx));
	/* The handle of what was accepted has no calls, and costs no place. */
	if (draft->count && bucket_takes(tgid, now_ns))
		bpf_map_update_elem(&created, &h, draft, BPF_ANY);
	else
		bpf_map_delete_elem(&created, &h);
	return 0;
}

static __always_inline int hand(struct pt_regs *ctx, __u64 handle)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct handing c = { { task_tgid(bpf_get_current_task_btf()), handle }, PT_REGS_SP(ctx) };

	bpf_map_update_elem(&threads, &thread, &c, BPF_ANY);
	return 0;
}

SEC("uprobe")
int connecting(struct pt_regs *ctx)
{
	return hand(ctx, PT_REGS_PARM2(ctx));
}

SEC("uprobe")
int listening(struct pt_regs *ctx)
{
	return hand(ctx, PT_REGS_PARM1(ctx));
}

/* Another call of the same thread, not libuv's, stands elsewhere on the stack. */
static __always_inline bool is_in_call(const struct handing *c, struct task_struct *task)
{
#if defined(__TARGET_ARCH_x86)
	__u64 sp = BPF_CORE_READ((struct pt_regs *)bpf_task_pt_regs(task), sp);
#else
	__u64 sp = BPF_CORE_READ((struct pt_regs *)bpf_task_pt_regs(task), user_regs.sp);
#endif

	return sp < c->stack && c->stack - sp < CALL_FRAME;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(opening, struct sock *sk, int before, int after)
{
	__u64 thread = bpf_get_current_pid_tgid(), cookie;
	struct handing *c = after == TCP_SYN_SENT || after == TCP_LISTEN ? bpf_map_lookup_elem(&threads, &thread) : 0;

	if (!c || !is_in_call(c, bpf_get_current_task_btf()))
		return 0;
	struct record_javascript *found = bpf_map_lookup_elem(&created, &c->handle);
	if (found) {
		cookie = bpf_get_socket_cookie(sk);
		bpf_map_update_elem(&calls, &cookie, found, BPF_ANY);
		bpf_map_delete_elem(&created, &c->handle);
	}
	bpf_map_delete_elem(&threads, &thread);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(closing, struct sock *sk)
{
	end_socket(sk, &calls, &failed);
	return 0;
}
