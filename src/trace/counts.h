/* Level 0: what becomes of connections, counted in the kernel from open to close, a row for each (process, end). Cheap
 * enough to stay attached for months; what finds no room is counted without its end, or without its process, and never
 * lost. Ends when its owner does: nothing is pinned. */
#pragma once
#include "hook.h"
#include "model/moment.h"

struct counts;

/* 0, or -errno: the programs could not be loaded. Hooks that could not be attached tell so themselves. */
int counts_open(const struct hook_options *options, struct counts **ret);
void counts_close(struct counts *c); /* NULL is fine */
/* A row each: without the first nothing is counted. */
const struct hook_state *counts_hooks(const struct counts *c, size_t *ret_count);
/* Of its tables, in the kernel. */
uint64_t counts_memory_bytes(const struct counts *c);
/* What was counted since the last collection, into the moment's departures, traffic and first closes, in the namespaces
 * of its scope. It is taken out of the tables: each event is told once, and rows that nothing happens in are given
 * back. */
void counts_collect(struct counts *c, struct moment *m);
/* What was collected is of the past from now on. */
void counts_follow(struct counts *c);
