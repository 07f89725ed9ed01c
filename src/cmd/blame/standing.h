/* Where the threads of a process are that does not get on: each is read as it stands, or met a few times as it runs,
 * and none is stopped. */
#pragma once
#include "base/arena.h"
#include "model/site.h"
#include "trace/captures.h"

struct hanging {
	uint32_t pid;
	uint64_t start_boot_ns; /* another process may have its number by now */
	uint32_t tid;           /* the thread that tells most; 0: not known */
	bool spins;             /* it runs all the time, else it waits */
};

/* Into an empty list: a row for each place, that of `tid` first unless only others have a line; a row with the reason
 * where nothing is known. `process` of each is 0. Stacks live in the arena. `captures`: not for the child that decodes;
 * or NULL. */
void standing_find(const struct hanging *h, struct captures *captures, struct arena *arena, standing_list *ret);
