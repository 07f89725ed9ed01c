/* Between the files of this room: what was watched, and how its rows become facts. */
#pragma once
#include "call_hooks.h"
#include "counts.h"
#include "events.h"

struct events {
	struct call_hooks calls;
	struct counts *counts;
	uint64_t missed_before;  /* told already */
	uint64_t boot_offset_ns; /* of our time namespace */
};

bool events_in_scope(const struct moment *m, uint32_t netns);
/* Of a row: v4 as ::ffff:a.b.c.d, all zero: none. */
struct endpoint events_endpoint(const uint8_t address[16], uint16_t port, bool v6);
/* The next row of a map; `previous` is NULL at first, then the key before. False at its end, or with *ret_err set to
 * -errno if it could not be read to its end. */
bool events_next_row(int map, void *previous, void *key, void *row, int *ret_err);
/* Takes all rows out. */
void events_empty(int map, size_t key_bytes);
/* Zombies are there: a process that is being put away still closes. A number that another process has got by now is
 * taken for its own until that one has ended, too. 0 never ends. */
bool events_has_ended(uint32_t pid);
/* What was counted nowhere, or without its end, may have been anything: no "nothing wrong" is said over it. */
void events_tell_lost(struct moment *m, uint64_t count, const char *what);
void events_tell_unread(struct moment *m, const char *what, int err);
/* Failing calls into the moment's failures, with what became of them. 0 or -errno: some may be missing. */
int calls_collect(const struct events *e, struct moment *m);
