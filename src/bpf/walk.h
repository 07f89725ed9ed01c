/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Along the pointers of struct record_walk to the frames of one thread: in the kernel as a connection is opened, in
 *user space where a thread stands still. Both sides say how a process is read (`reader` is theirs):
 *
 *	static int walk_read(__u64 reader, void *to, __u32 bytes, __u64 address);
 *
 * which returns 0, or has made all of it 0.
 *
 * Each loop has a bound of its own, so that a list that has become a ring ends. In the kernel each function is verified
 * by itself, whatever it is called with: as one they would be too much for the verifier. */
#ifndef UNFIN_WALK_H
#define UNFIN_WALK_H

#include "capture.h"

enum { WALK_THREADS_MOST = 512 };

#ifdef __bpf__
#define WALK_FUNCTION __attribute__((noinline, weak)) /* weak: as it is declared, no argument left out */
#define WALK_LOOP     _Pragma("clang loop unroll(disable)")
#else
#define WALK_FUNCTION static inline
#define WALK_LOOP
#endif

/* 0: it leads nowhere. */
static inline __attribute__((always_inline)) __u64 walk_step(__u64 reader, __u64 at)
{
	__u64 to = 0;

	walk_read(reader, &to, sizeof(to), at);
	return to;
}

static inline __attribute__((always_inline)) int walk_copy(__u64 reader, struct record_node *to, __u64 at)
{
	to->address = at;
	return walk_read(reader, to->bytes, sizeof(to->bytes), at);
}

WALK_FUNCTION __u64 walk_steps(const struct record_walk *w, __u64 reader, __u64 at, __u32 from, __u32 to)
{
	if (!w)
		return 0;
	WALK_LOOP
	for (__u32 i = 0; i < CAPTURE_PATH; i++) {
		if (!at || i >= to)
			break;
		if (i >= from)
			at = walk_step(reader, at + w->path[i]);
	}
	return at;
}

/* The interpreter's object of the calling thread: the one whose id is the thread pointer, as pthread_self() is. What
 * the interpreter itself calls its current thread is another one, or none, while connect() blocks. */
WALK_FUNCTION __u64 walk_threads(const struct record_walk *w, __u64 reader, __u64 at, __u64 thread_pointer)
{
	if (!w)
		return 0;
	WALK_LOOP
	for (int i = 0; i < WALK_THREADS_MOST; i++) {
		if (!at || walk_step(reader, at + w->thread_id_at) == thread_pointer)
			return at;
		at = walk_step(reader, at + w->thread_next_at);
	}
	return 0;
}

/* From the first frame outward; `room`: the most of them. */
WALK_FUNCTION int walk_chain(const struct record_walk *w, __u64 reader, __u64 at, __u32 room, struct record_capture *r)
{
	__u64 stride;

	if (!w || !r)
		return 0;
	stride = w->flags & WALK_INDEXED ? -(__u64)w->stride : w->stride;
	WALK_LOOP
	for (__u32 i = 0; i < CAPTURE_NODES; i++) {
		if (!at || i >= room)
			return 0;
		if (walk_copy(reader, &r->body.nodes[i], at))
			break;
		r->body_bytes = (i + 1) * sizeof(struct record_node);
		at = w->flags & WALK_ARRAY ? at + stride : walk_step(reader, at + w->next_at);
	}
	r->flags |= CAPTURE_CUT;
	return 0;
}

/* The newest one of an array that an index counts: `left` becomes the number of all. */
static inline __attribute__((always_inline)) __u64 walk_indexed(const struct record_walk *w, __u64 reader, __u64 at,
                                                                __u32 *left)
{
	int index = -1;

	if (!at || walk_read(reader, &index, sizeof(index), at + w->index_at) || index < 0)
		return 0;
	*left = (__u32)index + 1;
	at = walk_steps(w, reader, at, w->steps - 1, w->steps);
	return at ? at + (__u64)index * w->stride : 0;
}

/* Into the body of `r`, whose thread_pointer tells which thread, and its lead. Neither, where it leads nowhere. */
WALK_FUNCTION int walk(const struct record_walk *w, __u64 reader, struct record_capture *r)
{
	__u32 room = CAPTURE_NODES, done = 0;
	__u64 at;

	if (!w || !r)
		return 0;
	at = w->root + (w->flags & WALK_FROM_THREAD ? r->thread_pointer : 0);
	if (w->flags & WALK_THREADS) {
		done = w->threads_after;
		at = walk_threads(w, reader, walk_steps(w, reader, at, 0, done), r->thread_pointer);
	}
	if (w->flags & WALK_LEAD) {
		at = walk_steps(w, reader, at, done, w->lead_after);
		done = w->lead_after;
		if (!at || walk_copy(reader, &r->lead, at + w->lead_at))
			return 0;
		r->flags |= CAPTURE_LED;
	}
	if (w->flags & WALK_INDEXED)
		at = walk_indexed(w, reader, walk_steps(w, reader, at, done, w->steps - 1), &room);
	else
		at = walk_steps(w, reader, at, done, w->steps);
	return walk_chain(w, reader, at, room, r);
}

#endif
