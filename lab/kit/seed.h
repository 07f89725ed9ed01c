/* Chance that can be repeated: a run has one seed, and everything random in it is a pure function of the
 * seed and a word for what is chosen. So the maker and each of its processes come to the same numbers
 * without telling each other, and `--seed N` makes the same fault again. */
#pragma once
#include "base/util.h"

uint64_t seed_fresh(void); /* small enough to be typed again */

/* A number of [low, high] that belongs to `what` under this seed. */
uint64_t seed_pick(uint64_t seed, const char *what, uint64_t low, uint64_t high);
/* true in about `percent` of all seeds */
bool seed_chance(uint64_t seed, const char *what, unsigned percent);

/* A stream for things without a name of their own: the next number of [low, high]. */
uint64_t seed_next(uint64_t *stream, uint64_t low, uint64_t high);
