/* Pairs that are alike, as one: thousands of connections of one leak are one row. */
#pragma once
#include "fleet.h"

struct fleet_group {
	uint32_t example; /* index into pairs: the oldest of them */
	uint32_t count;
	uint32_t programs; /* of ours, so many different ones */
	bool oldest_known;
	uint32_t oldest_ms; /* at least */
};

typedef ARRAY(struct fleet_group) fleet_groups;

/* Those with a verdict of the set (a bit each), worst first. The caller frees the array. */
void fleet_group_pairs(const struct fleet *f, unsigned verdicts, fleet_groups *ret);

#define PAIRS_OWED (1U << PAIR_CLIENT_OWES | 1U << PAIR_SERVER_OWES | 1U << PAIR_OWES)
#define PAIRS_BAD  (PAIRS_OWED | 1U << PAIR_FIN_FROM_BETWEEN | 1U << PAIR_HALF_OPEN)
/* What a person wants to know of: somebody has to act, or it is not known. */
#define PAIRS_TOLD (PAIRS_BAD | 1U << PAIR_NOT_A_PAIR | 1U << PAIR_UNSURE)
