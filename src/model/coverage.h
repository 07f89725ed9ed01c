/* Was everything seen? Judged against the kernel's own count, taken before and after the look: what was open
 * all the time must have been seen, and what was seen must have been open at some time. */
#pragma once
#include "moment.h"

/* Sums over what was asked for. One namespace: `inuse` of sockstat and sockstat6, and `tw`; all of them: the
 * host's `TCP: alloc`, and the `tw` of each. */
struct kernel_count {
	uint64_t before, after;
	uint64_t opened; /* connections that began between the two */
};

/* Does the kernel's count have it? Requests are in none; what is in no table (state CLOSE) only in `alloc`; the
 * msk of Multipath TCP is of another protocol, its subflows are counted. */
bool coverage_counts(const struct moment *m, const struct socket *s);
/* Sets sockets_seen, sockets_kernel, tolerance: a connection of Multipath TCP is one, as in moment_count_states(),
 * whatever its subflows. False: they do not fit; try again, then coverage_miss(). */
bool coverage_judge(struct moment *m, const struct kernel_count *k);
/* The gap for a count that does not fit; `mend` as in struct gap. */
void coverage_miss(struct moment *m, const char *mend);
