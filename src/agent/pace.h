/* How often the agent looks: as often as it was asked to, and never so often that looking takes more than a hundredth
 * of one processor. What a look has cost is owed as time without looks; one that is dear for once (the first after a
 * start, or one while the host was in trouble) is paid for in pieces, so that it makes nobody blind for minutes. Where
 * every look is dear, each is paid for whole. A piece is an eighth of the debt at least: where dear looks and cheap
 * ones take turns, the debt stays below eight times the dearest. */
#pragma once
#include "base/util.h"

enum { PACE_SHARE = 100, PACE_PIECE_MS = 60 * 1000, PACE_PIECES = 8 };

struct pace {
	uint64_t owed_ms;  /* not paid for yet */
	uint64_t price_ms; /* of the cycle before */
};

/* From the beginning of one look to the next. `cost_ns`: processor time of the last cycle. */
static inline uint64_t pace_next_ms(struct pace *p, uint64_t asked_ms, uint64_t cost_ns)
{
	uint64_t price_ms = cost_ns * PACE_SHARE / NS_PER_MS, steady_ms = MIN(price_ms, p->price_ms);
	uint64_t owed_ms = p->owed_ms + price_ms;
	uint64_t piece_ms = MAX((uint64_t)PACE_PIECE_MS, owed_ms / PACE_PIECES);
	uint64_t pause_ms = MAX(asked_ms, MIN(owed_ms, MAX(steady_ms, piece_ms)));

	*p = (struct pace){ .owed_ms = owed_ms > pause_ms ? owed_ms - pause_ms : 0, .price_ms = price_ms };
	return pause_ms;
}
