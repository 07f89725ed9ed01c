/* How often `unfin top` looks: as often as it was asked to, and so that looking, counting and drawing take less than a
 * tenth of one processor. Where looks are dearer than that they become rare, and between them connections are counted
 * by state (source/census.h), about once a second: that may take half of the time, and is left out where it would not
 * come more often than looks do. */
#pragma once
#include "base/util.h"

enum { RHYTHM_SHARE = 90, RHYTHM_COUNTS = RHYTHM_SHARE / 2 }; /* thousandths of one processor */
enum { RHYTHM_COUNT_MS = 1000 };

struct rhythm {
	uint64_t look_ms;  /* from the beginning of one look to the next */
	uint64_t count_ms; /* from one count to the next, between looks; 0: there is none */
};

/* So long a time that `cost_ns` is `share` thousandths of it. */
static inline uint64_t rhythm_span_ms(uint64_t cost_ns, uint64_t share)
{
	return cost_ns * 1000 / share / NS_PER_MS;
}

/* Does a look cost more than what was asked for allows? */
static inline bool rhythm_is_dear(uint64_t asked_ms, uint64_t look_ns)
{
	return rhythm_span_ms(look_ns, RHYTHM_SHARE) > asked_ms;
}

/* Of processor time: a look, and a count; UINT64_MAX: nobody can count here. */
static inline struct rhythm rhythm_of(uint64_t asked_ms, uint64_t look_ns, uint64_t count_ns)
{
	struct rhythm alone = { .look_ms = MAX(asked_ms, rhythm_span_ms(look_ns, RHYTHM_SHARE)) };

	if (!rhythm_is_dear(asked_ms, look_ns) || count_ns == UINT64_MAX)
		return alone;
	uint64_t often_ms = MIN(asked_ms, (uint64_t)RHYTHM_COUNT_MS);
	uint64_t count_ms = MAX(often_ms, rhythm_span_ms(count_ns, RHYTHM_COUNTS));
	uint64_t counts = count_ns * 1000 / (count_ms * NS_PER_MS) + 1;
	uint64_t look_ms = MAX(asked_ms, rhythm_span_ms(look_ns, RHYTHM_SHARE - MIN(counts, RHYTHM_COUNTS + 0ULL)));
	return look_ms < 2 * count_ms ? alone : (struct rhythm){ look_ms, count_ms };
}
