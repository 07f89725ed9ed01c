#include "saw.h"
#include "lab/kit/kit.h"

enum { MOST = 128 };

struct saw saw_of(uint64_t seed)
{
	return (struct saw){ (unsigned)seed_pick(seed, "low", 30, 45), (unsigned)seed_pick(seed, "high", 90, 120) };
}

/* The collector finds all but the youngest. */
static void saw_collect(struct role *r, int *fds, unsigned *held, unsigned low)
{
	unsigned old = *held - low;

	for (unsigned i = 0; i < old; i++)
		close(fds[i]);
	memmove(fds, fds + old, low * sizeof(*fds));
	*held = low;
	r->row->closed += old;
}

void saw_run(struct role *r, const char *address)
{
	struct saw saw = saw_of(r->seed);
	struct pace pace = pace_per_s(r, (double)seed_pick(r->seed, "rate", 8, 14));
	unsigned held = 0;
	int fds[MOST];

	role_ready(r);
	while (pace_wait(&pace)) {
		int fd = role_need(r, net_connect(address), "connect");
		net_fetch(fd);
		r->row->opened++;
		fds[held++] = fd;
		if (held == saw.high)
			saw_collect(r, fds, &held, saw.low);
	}
	role_rest();
}
