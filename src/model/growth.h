/* How fast a group of unfinished sockets grows, from their ages. Only evidence that excludes survivors counts
 * (contract, section 2): of a server with a 3 s handler that leaks one connection in fifty, the young sockets
 * show the arrivals, not the leak. So what is younger than anything that is still being closed is left out. A burst is
 * no rate: where none has come for long, nothing grows. */
#pragma once
#include "base/util.h"

struct growth_evidence {
	const uint64_t *ages_ms; /* ascending; how long each has been in its state */
	size_t count;
	uint64_t closed_oldest_ms; /* the oldest age at which one was seen to close in the window; 0: none was */
	uint64_t window_ms;        /* how long was watched; 0: one look */
	uint64_t arrived;          /* of these, so many came in the window */
	bool reaches_back;         /* ages reach back evenly to the start of the program */
};

struct growth {
	bool known;
	double per_min, low_per_min, high_per_min; /* 95% interval of a Poisson count */
	const char *basis;                         /* what it was read from */
	const char *why;                           /* why it is not known */
	uint32_t window_s;                         /* not known: a window of so many seconds would tell, */
	uint32_t again_s;                          /* or the same look so many seconds later; 0: not that */
};

struct growth growth_of(const struct growth_evidence *e);
