/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is frozen of the thread that runs: the registers with which it came into the kernel, and its stack; or, if user
 * space has told where its interpreter keeps them, the frames of that. */
#ifndef UNFIN_FROZEN_BPF_H
#define UNFIN_FROZEN_BPF_H

static __always_inline int walk_read(__u64 reader, void *to, __u32 bytes, __u64 address)
{
	return bpf_probe_read_user(to, bytes, (void *)address);
}

#include "walk.h"

enum { PAGE_BYTES = 4096 };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32); /* tgid, as the tool sees it */
	__type(value, struct record_walk);
} walks SEC(".maps");

/* How much of it there is: the first thread's ends where the process began, that of another below what libc keeps at
 * its thread pointer. What lies behind has no frames, and to copy it would cost more than all the rest. */
static __always_inline __u64 stack_bytes(struct task_struct *task, __u64 from, __u64 thread_pointer)
{
	__u64 bytes = BPF_CORE_READ(task, mm, start_stack) - from;

	if (bytes > CAPTURE_STACK_BYTES)
		bytes = thread_pointer - from;
	return bytes > CAPTURE_STACK_BYTES ? CAPTURE_STACK_BYTES : bytes;
}

/* Page by page, for a piece that reaches into what is not there is not read at all. */
static __always_inline __u32 copy_stack(struct record_capture *r, __u64 from, __u64 bytes)
{
	__u64 at = 0;

#pragma clang loop unroll(disable)
	for (int i = 0; i <= CAPTURE_STACK_BYTES / PAGE_BYTES && at < bytes; i++) {
		__u64 piece = PAGE_BYTES - ((from + at) & (PAGE_BYTES - 1));
		if (piece > bytes - at)
			piece = bytes - at;
		barrier_var(piece); /* the bounds that follow are for the verifier */
		barrier_var(at);
		if (piece > PAGE_BYTES || at > CAPTURE_STACK_BYTES - PAGE_BYTES)
			break;
		if (bpf_probe_read_user(r->body.stack + at, piece, (void *)(from + at)))
			return at;
		at += piece;
	}
	if (at + PAGE_BYTES > CAPTURE_STACK_BYTES)
		r->flags |= CAPTURE_CUT;
	return at;
}

static __always_inline void read_registers(__u64 *registers, struct task_struct *task)
{
	const void *at = (const void *)bpf_task_pt_regs(task);

#if defined(__TARGET_ARCH_x86)
	bpf_probe_read_kernel(registers, CAPTURE_X86_COUNT * sizeof(*registers), at);
#else
	bpf_probe_read_kernel(registers, CAPTURE_ARM_COUNT * sizeof(*registers), at);
#endif
}

static __always_inline __u64 thread_pointer(struct task_struct *task)
{
#if defined(__TARGET_ARCH_x86)
	return BPF_CORE_READ(task, thread.fsbase);
#else
	return BPF_CORE_READ(task, thread.uw.tp_value);
#endif
}

static __always_inline void fill_registers(struct record_capture *r, struct task_struct *task)
{
	read_registers(r->registers, task);
	r->thread_pointer = thread_pointer(task);
}

static __always_inline __u64 stack_pointer(const struct record_capture *r)
{
#if defined(__TARGET_ARCH_x86)
	return r->registers[CAPTURE_X86_SP];
#else
	return r->registers[CAPTURE_ARM_SP];
#endif
}

static __always_inline void fill_body(struct record_capture *r, struct task_struct *task)
{
	const struct record_walk *w = bpf_map_lookup_elem(&walks, &r->tgid);

	if (w)
		walk(w, 0, r);
	if (r->body_bytes || r->flags & CAPTURE_LED)
		r->flags |= CAPTURE_WALKED;
	else
		r->body_bytes = copy_stack(r, stack_pointer(r), stack_bytes(task, stack_pointer(r), r->thread_pointer));
}
#endif
