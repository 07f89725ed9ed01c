#include "recount.h"

/* What comes and goes while a look lasts makes a difference of a few hundredths at the most; sockets in the table of a
 * namespace that has its own are not counted at all. */
enum { SHOWN_LEAST = 90 }; /* hundredths */

static uint64_t sum(const uint64_t states[STATE_COUNT])
{
	uint64_t all = 0;

	for (int s = 0; s < STATE_COUNT; s++)
		all += states[s];
	return all;
}

void recount_begin(struct recount *r, struct looking *l)
{
	const struct moment *m = looking_moment(l);
	uint64_t all[STATE_COUNT], table[STATE_COUNT], counted[STATE_COUNT];

	moment_count_states(m, all);
	moment_count_table(m, table);
	for (int s = 0; s < STATE_COUNT; s++)
		r->aside[s] = (int64_t)(all[s] - table[s]);
	r->fits = !looking_count(l, counted) && sum(counted) * 100 >= sum(table) * SHOWN_LEAST;
}

int recount_now(const struct recount *r, struct looking *l, uint64_t ret[STATE_COUNT])
{
	int err = looking_count(l, ret);

	for (int s = 0; s < STATE_COUNT && !err; s++)
		ret[s] = (uint64_t)MAX((int64_t)ret[s] + r->aside[s], (int64_t)0);
	return err;
}
