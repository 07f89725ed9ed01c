// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Where the threads of a process are that does not get on, without stopping any of them. One that waits has left its
 * registers with the kernel as it came in, and its memory stands still: an iterator tells the registers, and user space
 * reads the memory. One that spins has to be met: a timer of its own interrupts it, and its registers and stack are
 * copied then. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "capture.h"
#include "task.bpf.h"
#include "frozen.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

__u32 wanted_tgid; /* as the tool sees it */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} samples SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct record_capture);
} drafts SEC(".maps");

SEC("iter/task")
int dump_threads(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct record_thread r = { 0 };

	if (!task || task_tgid(task) != wanted_tgid)
		return 0;
	r.tgid = wanted_tgid;
	r.tid = task_tid(task);
	r.start_boot_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	r.switches = task->nvcsw + task->nivcsw;
	r.running = task->on_cpu;
	r.thread_pointer = thread_pointer(task);
	read_registers(r.registers, task);
	BPF_CORE_READ_STR_INTO(&r.comm, task, comm);
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}

SEC("perf_event")
int sample_thread(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct record_capture *r;
	__u32 only = 0;

	r = bpf_map_lookup_elem(&drafts, &only);
	if (!r)
		return 0;
	__builtin_memset(r, 0, sizeof(*r) - CAPTURE_STACK_BYTES);
	r->kind = CAPTURE_SAMPLED;
	r->tgid = task_tgid(task);
	r->tid = task_tid(task);
	r->start_boot_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	fill_registers(r, task);
	fill_body(r, task);
	bpf_get_current_comm(r->comm, sizeof(r->comm));
	__u32 bytes = r->body_bytes;
	if (bytes > CAPTURE_STACK_BYTES)
		bytes = CAPTURE_STACK_BYTES;
	bpf_ringbuf_output(&samples, r, sizeof(*r) - CAPTURE_STACK_BYTES + bytes, 0);
	return 0;
}
