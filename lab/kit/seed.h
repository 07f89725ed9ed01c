/* Chance that can be repeated: a run has one seed, and everything random in it is a pure function of the
 * seed and a word for what is chosen. So the maker and each of its processes come to the same numbers
 * without telling each other, and `--seed N` makes the same fault again. */
#pragma once
#include "base/util.h"

uint64_t seed_fresh(void); /* small enough to be typed again */

/* A number of [low, high] that belongs to `what` under this seed. */
uint64_t seed_pick(uint64_t seed, const char *what, uint64_t low, uint64_t high);

/* A limit that is eaten at a steady rate of 5 to 500 a second: `most` is what there is of it, so that it lasts for
 * `stands_s`, while the fault is made, and 30 to `life_most_s` more. Never more than `room`. */
struct seed_limit {
	unsigned per_s, most;
};
struct seed_limit seed_limit(uint64_t seed, unsigned stands_s, unsigned life_most_s, unsigned room);

/* A stream for things without a name of their own: the next number of [low, high]. */
uint64_t seed_next(uint64_t *stream, uint64_t low, uint64_t high);
