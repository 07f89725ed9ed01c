/* Taking what kernel programs count, for who collects again and again. A counter that is read and then set back, or
 * deleted, loses what is counted between the two, and what a program adds that had found it before. So rows carry a
 * generation in their key: the programs count in rows of the one that is told to them, and what is taken is the other,
 * once none of them runs any more that may have begun with it. */
#pragma once
#include "base/util.h"
#include "bpf/record.h"

struct generation {
	volatile uint32_t *now; /* 0 or 1: what the programs read */
	int barrier;            /* a map of maps: whoever changes it waits until all programs that run have ended */
	int inner;              /* any map, to change it with */
};

/* `now` and `inner` stay the caller's. 0 or -errno. */
int generation_open(struct generation *g, volatile uint32_t *now, int inner);
void generation_close(struct generation *g);
/* The programs count in the other one from now on. 0, and the one that is over and is nobody's but ours; or -errno. */
int generation_turn(struct generation *g, uint32_t *ret_over);

/* The rows of a generation that is over, which are taken out one by one. */
struct harvest {
	int map;
	uint32_t generation;
	bool more;
	struct record_end_key next;
	int err; /* -errno: some may be left */
};

void harvest_begin(struct harvest *h, int map, uint32_t generation);
/* False at the end. The key has no generation any more. */
bool harvest_row(struct harvest *h, struct record_end_key *ret_key, void *ret_row);
