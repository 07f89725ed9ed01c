/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The rows of counts.bpf.c, and where is counted what finds none: in the row of all further ends of its process, where
 * there is no room even for that in the one of its namespace, and at worst in the host's. */
#ifndef UNFIN_COUNTS_BPF_H
#define UNFIN_COUNTS_BPF_H

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct record_end_key);
	__type(value, struct record_counts);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct record_end_key);
	__type(value, struct record_counts);
} others SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct record_end_key);
	__type(value, struct record_counts);
} spaces SEC(".maps");

/* What is counted in. The other one is taken by user space, when no program runs any more that may have read it. */
volatile __u32 generation;
struct record_counts host_counts[2];
static struct record_counts no_counts;

/* Which figure of a row: its place in struct record_counts. */
enum counted {
	COUNT_OPENED,
	COUNT_FIRST,
	COUNT_AFTER,
	COUNT_RESET,
	COUNT_ABORTED,
	COUNT_UNACCEPTED,
	COUNT_FAILED,
	COUNTS_END = COUNT_FAILED + RECORD_FAILURES
};

static __always_inline struct record_counts *insert_row(void *map, const struct record_end_key *key)
{
	bpf_map_update_elem(map, key, &no_counts, BPF_NOEXIST); /* it may be there by now: another's */
	return bpf_map_lookup_elem(map, key);
}

static __always_inline struct record_counts *others_row(const struct record_end_key *key)
{
	struct record_end_key process = { .tgid = key->tgid, .netns = key->netns, .side = RECORD_OTHERS };

	process.generation = key->generation;
	process.start_boot_ns = key->start_boot_ns;
	struct record_counts *row = bpf_map_lookup_elem(&others, &process);

	return row ?: insert_row(&others, &process);
}

static __always_inline struct record_counts *space_row(const struct record_end_key *key)
{
	struct record_end_key space = { .netns = key->netns, .side = RECORD_OTHERS, .generation = key->generation };
	struct record_counts *row = bpf_map_lookup_elem(&spaces, &space);

	return row ?: insert_row(&spaces, &space);
}

static __always_inline void describe(struct record_counts *row, struct task_struct *task)
{
	row->uid = BPF_CORE_READ(task, cred, uid.val);
	row->ppid = task_ppid(task);
	BPF_CORE_READ_STR_INTO(&row->comm, task, group_leader, comm);
}

/* Seldom: verified once, and not part of the short way. */
static __noinline struct record_counts *new_row(const struct record_end_key *key)
{
	struct record_counts *row = others_row(key), *own = 0;

	if (!row || row->rows < RECORD_ROWS_EACH)
		own = insert_row(&counts, key);
	if (row && own)
		__sync_fetch_and_add(&row->rows, 1);
	row = own ?: row;
	if (row && key->tgid)
		describe(row, bpf_get_current_task_btf());
	row = row ?: space_row(key);
	return row ?: &host_counts[key->generation & 1];
}

static __always_inline void add_count(struct record_end_key *key, enum counted what, bool left)
{
	key->generation = generation;
	struct record_counts *row = bpf_map_lookup_elem(&counts, key);

	if (!row)
		row = new_row(key);
	if (!row || what >= COUNTS_END)
		return;
	__sync_fetch_and_add((__u64 *)row + what, 1);
	if (left)
		__sync_fetch_and_add(&row->left, 1);
}

/* Of a call that only its own process makes. */
static __always_inline void count_current(struct record_end_key *key, enum counted what)
{
	fill_process(key, bpf_get_current_task_btf());
	add_count(key, what, false);
}

/* Of a close: the running process does it, or nobody knows who. */
static __always_inline void count_closer(struct record_end_key *key, enum counted what)
{
	struct task_struct *task = bpf_get_current_task_btf();
	bool named = closer_now() != CLOSER_UNKNOWN;

	if (named)
		fill_process(key, task);
	add_count(key, what, named && task->flags & PF_EXITING);
}

static __always_inline void count_nobody(struct record_end_key *key, enum counted what)
{
	add_count(key, what, false);
}
#endif
