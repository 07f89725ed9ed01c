#include "growth.h"
#include <math.h>

enum {
	TIMES = 3,            /* as never-closed has it: older than 3 x the oldest close is not work */
	RECENT = 100,         /* so many of the youngest tell the rate of now rather than that of the past */
	SURVIVORS_LEAST = 64, /* fewer that are certainly leaked do not give a rate within 25% */
	LEAST = 4,
};

/* A count of n events scatters by its root (Poisson); the root itself scatters by 1/2, whatever n is. */
static struct growth from_count(double n, double span_ms, const char *basis)
{
	double minutes = span_ms / 60e3, root = sqrt(n);

	return (struct growth){ .known = true,
		                .per_min = n / minutes,
		                .low_per_min = MAX((root - 1) * (root - 1), n / 40) / minutes,
		                .high_per_min = (root + 1) * (root + 1) / minutes,
		                .basis = basis };
}

static struct growth unknown(const char *why)
{
	return (struct growth){ .why = why };
}

/* The youngest `most` of those older than `from_ms`: how many in which time. */
static struct growth from_ages(const struct growth_evidence *e, uint64_t from_ms, size_t most, const char *basis)
{
	size_t first = 0;

	while (first < e->count && e->ages_ms[first] <= from_ms)
		first++;
	size_t taken = MIN(e->count - first, most);
	return from_count((double)taken, (double)(e->ages_ms[first + taken - 1] - from_ms), basis);
}

static size_t older_than(const struct growth_evidence *e, uint64_t ms)
{
	size_t count = 0;

	for (size_t i = e->count; i && e->ages_ms[i - 1] > ms; i--)
		count++;
	return count;
}

/* The ages tell the past: where the window saw clearly more or fewer come, the window is right about now. */
static struct growth from_past_or_window(const struct growth_evidence *e)
{
	struct growth past = from_ages(e, 0, RECENT, "ages, since none was closed while watched");
	double expected = past.per_min * (double)e->window_ms / 60e3;

	if (fabs(sqrt((double)e->arrived) - sqrt(expected)) <= 2)
		return past;
	if (!e->arrived)
		return unknown("none came while watched, though many did before: unfin check --window 60s");
	return from_count((double)e->arrived, (double)e->window_ms,
	                  "what came while watched; the pace has changed before");
}

struct growth growth_of(const struct growth_evidence *e)
{
	if (e->count < LEAST)
		return unknown("too few to tell a rate: unfin check --window 60s");
	if (e->closed_oldest_ms) {
		uint64_t leaked_ms = TIMES * e->closed_oldest_ms;
		if (older_than(e, leaked_ms) < SURVIVORS_LEAST)
			return unknown("too few are older than what it still closes: unfin check --window 60s");
		return from_ages(e, leaked_ms, SIZE_MAX,
		                 "ages beyond the oldest age at which it was seen to close one");
	}
	if (e->window_ms && e->ages_ms[e->count - 1] > TIMES * e->window_ms)
		return from_past_or_window(e);
	if (e->reaches_back)
		return from_ages(e, 0, RECENT, "ages that reach back evenly to the start of the program");
	return unknown(e->window_ms ? "all are too young to tell a leak from slow work: unfin check --window 60s"
	                            : "one look does not tell who is closed later: unfin check --window 10s");
}
