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

/* Slow, middling and fast ones are equally likely. */
static unsigned rate_of(uint64_t seed)
{
	static const unsigned bounds[] = { 5, 16, 50, 160, 500 };
	uint64_t at = seed_pick(seed, "pace", 0, ARRAY_SIZE(bounds) - 2);

	return (unsigned)seed_pick(seed, "rate", bounds[at], bounds[at + 1]);
}

struct seed_limit seed_limit(uint64_t seed, unsigned stands_s, unsigned life_most_s, unsigned room)
{
	enum { LIFE_LEAST_S = 30 };
	unsigned per_s = MIN(rate_of(seed), room / (stands_s + LIFE_LEAST_S));
	unsigned life_s = (unsigned)seed_pick(seed, "life", LIFE_LEAST_S, MIN(life_most_s, room / per_s - stands_s));

	return (struct seed_limit){ .per_s = per_s, .most = per_s * (stands_s + life_s) };
}

uint64_t seed_next(uint64_t *stream, uint64_t low, uint64_t high)
{
	*stream = mixed(*stream);
	return low + *stream % (high - low + 1);
}
