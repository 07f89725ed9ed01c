#include "coverage.h"
#include <inttypes.h>

bool coverage_counts(const struct moment *m, const struct socket *s)
{
	if (!m->netns.items[s->netns].in_scope || s->unowned == UNOWNED_REQUEST || socket_has(s, SOCKET_MPTCP))
		return false;
	return s->state != STATE_CLOSE || m->scope_all;
}

bool coverage_judge(struct moment *m, const struct kernel_count *k)
{
	struct coverage *c = &m->coverage;
	/* What grew was opened, counted or not: socket() and listen() move no counter of openings. */
	uint64_t grown = k->after > k->before ? k->after - k->before : 0;
	uint64_t opened = MAX(k->opened, grown);
	uint64_t closed = k->before + opened - k->after;

	c->sockets_seen = 0;
	array_each (&m->sockets, s)
		c->sockets_seen += coverage_counts(m, s);
	c->sockets_kernel = k->after;
	c->tolerance = opened + closed;
	return c->sockets_seen + opened >= k->after && c->sockets_seen <= k->after + closed;
}

void coverage_miss(struct moment *m, const char *mend)
{
	const struct coverage *c = &m->coverage;
	bool missing = c->sockets_seen < c->sockets_kernel;
	uint64_t count = missing ? c->sockets_kernel - c->sockets_seen : c->sockets_seen - c->sockets_kernel;
	const char *what =
	        missing ? arena_printf(m->arena, "%" PRIu64 " sockets", count) : "the exact number of sockets";
	const char *why =
	        arena_printf(m->arena,
	                     "the kernel counts %" PRIu64 " and %" PRIu64 " were seen; what opened and closed "
	                     "meanwhile explains at most %" PRIu64,
	                     c->sockets_kernel, c->sockets_seen, c->tolerance);

	moment_gap(m, what, why, mend);
}

void coverage_end(struct moment *m)
{
	m->coverage.complete = !m->coverage.gaps.count;
}
