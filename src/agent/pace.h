/* How often the agent looks: as often as it was asked to, and never so often that looking takes more than a hundredth
 * of one processor. What a look has cost is owed as time without looks; one that is dear for once (the first after a
 * start, or one while the host was in trouble) is paid for in pieces, so that it makes nobody blind for minutes. Where
 * looks are dear as a rule, each pays what is usual: the middle one of the last three. A piece is an eighth of the debt
 * at least: where dear looks and cheap ones take turns, the debt stays below eight times the dearest. */
#pragma once
#include "base/util.h"

enum { PACE_SHARE = 100, PACE_PIECE_MS = 60 * 1000, PACE_PIECES = 8 };

struct pace {
	uint64_t owed_ms;             /* not paid for yet */
	uint64_t price_ms, before_ms; /* of the cycle before, and of that before it */
};

static inline uint64_t pace_middle(uint64_t a, uint64_t b, uint64_t c)
{
	return MAX(MIN(a, b), MIN(MAX(a, b), c));
}

/* From the beginning of one look to the next. `cost_ns`: processor time of the last cycle. */
static inline uint64_t pace_next_ms(struct pace *p, uint64_t asked_ms, uint64_t cost_ns)
{
	uint64_t price_ms = cost_ns * PACE_SHARE / NS_PER_MS, owed_ms = p->owed_ms + price_ms;
	uint64_t steady_ms = pace_middle(price_ms, p->price_ms, p->before_ms);
	uint64_t piece_ms = MAX((uint64_t)PACE_PIECE_MS, owed_ms / PACE_PIECES);
	uint64_t pause_ms = MAX(asked_ms, MIN(owed_ms, MAX(steady_ms, piece_ms)));

	*p = (struct pace){ .owed_ms = owed_ms > pause_ms ? owed_ms - pause_ms : 0,
		            .price_ms = price_ms,
		            .before_ms = p->price_ms };
	return pause_ms;
}
