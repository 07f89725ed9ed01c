/* The states between two looks: what the kernel counts in its table now, and beside it what the look alone saw (sockets
 * that listen, or are not connected). */
#pragma once
#include "looking.h"

struct recount {
	bool fits;                  /* the table shows what the look saw in it: states may be counted */
	int64_t aside[STATE_COUNT]; /* of the look, what is not in the table */
};

/* After a look, while its moment is whole. */
void recount_begin(struct recount *r, struct looking *l);
/* All states as they are now: 0 or -errno. */
int recount_now(const struct recount *r, struct looking *l, uint64_t ret[STATE_COUNT]);
