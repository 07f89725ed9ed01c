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

/* Page by page, for a piece that reaches over the end of the stack is not read at all. */
static __always_inline __u32 copy_stack(struct record_capture *r, __u64 from)
{
	__u32 first = PAGE_BYTES - (from & (PAGE_BYTES - 1)), length;

	if (first > PAGE_BYTES || bpf_probe_read_user(r->body.stack, first, (void *)from))
		return 0;
	length = first;
#pragma clang loop unroll(disable)
	for (int i = 0; i < CAPTURE_STACK_BYTES / PAGE_BYTES; i++) {
		__u32 at = first + i * PAGE_BYTES;
		if (at > CAPTURE_STACK_BYTES - PAGE_BYTES)
			break;
		if (bpf_probe_read_user(r->body.stack + at, PAGE_BYTES, (void *)(from + at)))
			return length;
		length = at + PAGE_BYTES;
	}
	r->flags |= CAPTURE_CUT;
	return length;
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

static __always_inline void fill_body(struct record_capture *r)
{
	const struct record_walk *w = bpf_map_lookup_elem(&walks, &r->tgid);

	if (w)
		walk(w, 0, r);
	if (r->body_bytes || r->flags & CAPTURE_LED)
		r->flags |= CAPTURE_WALKED;
	else
		r->body_bytes = copy_stack(r, stack_pointer(r));
}
#endif
