/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* For an object without a map of its own: one that nothing reads. libbpf (1.1 and later) takes memory that lacks while
 * it reads an object's types for an error only where a map needs these types, and goes on with what it has: into a
 * pointer that is NULL. */
#ifndef UNFIN_TYPES_BPF_H
#define UNFIN_TYPES_BPF_H

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} types_are_needed SEC(".maps");

#endif
