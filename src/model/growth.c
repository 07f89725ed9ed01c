#include "growth.h"
#include <math.h>

enum {
	TIMES = 3,             /* as never-closed has it: older than 3 x the oldest close is not work */
	RECENT = 100,          /* so many of the youngest tell the rate of now rather than that of the past */
	SURVIVORS_LEAST = 100, /* fewer that are certainly leaked do not give a rate within 20% */
	LEAST = 4,
	FAR_BETTER = 8, /* e^8 times as likely: by chance a few times in ten thousand */
	MANY = 20,
	PAUSE_TIMES = 5,
	PAUSE_LEAST_MS = 2000,
	WINDOW_S = 60,
	WINDOW_MOST_S = 600,
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

static struct growth growth_unknown(const char *why, double window_s)
{
	return (struct growth){ .why = why, .window_s = (uint32_t)MIN(ceil(window_s / 10) * 10, WINDOW_MOST_S) };
}

static struct growth unknown_yet(const char *why, double again_s)
{
	return (struct growth){ .why = why, .again_s = (uint32_t)ceil(again_s) };
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

static uint64_t oldest_ms(const struct growth_evidence *e)
{
	return e->ages_ms[e->count - 1];
}

static size_t older_than(const struct growth_evidence *e, uint64_t ms)
{
	size_t count = 0;

	for (size_t i = e->count; i && e->ages_ms[i - 1] > ms; i--)
		count++;
	return count;
}

/* Those that are older than any work leave only by age: at the pace so far, when are there enough of them? */
static struct growth from_survivors(const struct growth_evidence *e)
{
	static const char why[] = "too few are older than what it still closes";
	uint64_t leaked_ms = TIMES * e->closed_oldest_ms;
	double leaked = (double)older_than(e, leaked_ms);

	if (leaked >= SURVIVORS_LEAST)
		return from_ages(e, leaked_ms, SIZE_MAX,
		                 "ages beyond the oldest age at which it was seen to close one");
	if (leaked < LEAST)
		return growth_unknown(why, WINDOW_S);
	double span_s = (double)(oldest_ms(e) - leaked_ms) / 1e3;
	return growth_unknown(why, span_s * (SURVIVORS_LEAST - leaked) / leaked);
}

/* How well one pace explains so many in that time (the logarithm of a Poisson process's likelihood at its best rate).
 */
static double fit(size_t count, uint64_t ms)
{
	return (double)count * log((double)count / (double)MAX(ms, 1U));
}

/* What came before the pace slowed tells nothing of now: a pool that is full, a program that has warmed up. Returns how
 * many of the youngest came since: all, unless two paces explain them far better than one. */
static size_t count_of_now(const struct growth_evidence *e)
{
	size_t count = MIN(e->count, (size_t)RECENT), now = count;
	uint64_t all_ms = e->ages_ms[count - 1];
	double best = fit(count, all_ms) + FAR_BETTER;

	for (size_t young = LEAST; young + LEAST <= count; young++) {
		uint64_t young_ms = e->ages_ms[young - 1];
		double two = fit(young, young_ms) + fit(count - young, all_ms - young_ms);
		bool slower = (double)young * (double)all_ms < (double)count * (double)young_ms;
		if (slower && two > best) {
			best = two;
			now = young;
		}
	}
	return now;
}

/* The ages tell the past: where the window saw clearly more or fewer come, the window is right about now. */
static struct growth from_past_or_window(const struct growth_evidence *e)
{
	struct growth past = from_ages(e, 0, count_of_now(e), "ages, since none was closed while watched");
	double expected = past.per_min * (double)e->window_ms / 60e3;

	if (fabs(sqrt((double)e->arrived) - sqrt(expected)) <= 2)
		return past;
	if (!e->arrived)
		return growth_unknown("none came while watched, though many did before", WINDOW_S);
	return from_count((double)e->arrived, (double)e->window_ms,
	                  "what came while watched; the pace has changed before");
}

/* A few are much older than all others: those that came between have been closed, by a collector perhaps. Then a count
 * goes up and down, and its way up is no growth. */
static bool is_emptied(const struct growth_evidence *e)
{
	uint64_t nearly_all_ms = e->ages_ms[(e->count - 1) * 19 / 20];

	return e->count >= MANY && oldest_ms(e) > 2 * nearly_all_ms;
}

/* Long since none came, by the pace at which they did. One such pause in a hundred is chance. */
static bool has_stopped(const struct growth_evidence *e)
{
	uint64_t span_ms = oldest_ms(e) - e->ages_ms[0];

	return !e->arrived && e->ages_ms[0] > PAUSE_LEAST_MS && e->ages_ms[0] * (e->count - 1) > PAUSE_TIMES * span_ms;
}

struct growth growth_of(const struct growth_evidence *e)
{
	if (e->count < LEAST)
		return growth_unknown("too few to tell a rate", WINDOW_S);
	if (has_stopped(e))
		return growth_unknown("none has come for some time", WINDOW_S);
	if (is_emptied(e))
		return growth_unknown("some are much older than all others: it is emptied now and then", WINDOW_S);
	if (e->closed_oldest_ms)
		return from_survivors(e);
	if (e->window_ms && oldest_ms(e) > TIMES * e->window_ms)
		return from_past_or_window(e);
	if (e->reaches_back)
		return from_ages(e, 0, RECENT, "ages that reach back evenly to the start of the program");
	if (!e->window_ms)
		return growth_unknown("one look does not tell who is closed later", 10);
	return unknown_yet("all are too young to tell a leak from slow work",
	                   (double)(TIMES * e->window_ms - oldest_ms(e)) / 1e3);
}
