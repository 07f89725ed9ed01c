/* How often the agent looks: as often as it was asked to, and never so often that looking takes more than a hundredth
 * of one processor. */
#pragma once
#include "base/util.h"

enum { PACE_SHARE = 100 };

/* From the beginning of one look to the next. `cost_ns`: processor time of the last cycle. */
static inline uint64_t pace_interval_ms(uint64_t asked_ms, uint64_t cost_ns)
{
	return MAX(asked_ms, cost_ns * PACE_SHARE / NS_PER_MS);
}
