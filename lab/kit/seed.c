#include "lab/kit/seed.h"
#include "base/clock.h"

/* splitmix64: every state gives a well-mixed number, so that seeds 1, 2, 3 are unlike each other. */
static uint64_t mixed(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

uint64_t seed_fresh(void)
{
	return mixed(clock_unix_ms() ^ ((uint64_t)getpid() << 48)) % 1000000;
}

uint64_t seed_pick(uint64_t seed, const char *what, uint64_t low, uint64_t high)
{
	uint64_t hash = mixed(seed);

	for (; *what; what++)
		hash = mixed(hash ^ (unsigned char)*what);
	return low + hash % (high - low + 1);
}

bool seed_chance(uint64_t seed, const char *what, unsigned percent)
{
	return seed_pick(seed, what, 0, 99) < percent;
}

uint64_t seed_next(uint64_t *stream, uint64_t low, uint64_t high)
{
	*stream = mixed(*stream);
	return low + *stream % (high - low + 1);
}
