#include "coverage.h"
#include <inttypes.h>

static bool is_in_view(const struct moment *m, const struct socket *s)
{
	return m->netns.items[s->netns].in_scope && s->unowned != UNOWNED_REQUEST &&
	       (s->state != STATE_CLOSE || m->scope_all);
}

bool coverage_counts(const struct moment *m, const struct socket *s)
{
	return is_in_view(m, s) && !socket_has(s, SOCKET_MPTCP);
}

/* How many more sockets the kernel counts of Multipath TCP than there are connections. */
static int64_t count_extra_subflows(const struct moment *m)
{
	int64_t extra = 0;

	array_each (&m->sockets, s)
		if (is_in_view(m, s))
			extra += (int64_t)socket_has(s, SOCKET_SUBFLOW) - (int64_t)socket_has(s, SOCKET_MPTCP);
	return extra;
}

bool coverage_judge(struct moment *m, const struct kernel_count *k)
{
	struct coverage *c = &m->coverage;
	/* What grew was opened, counted or not: socket() and listen() move no counter of openings. */
	uint64_t grown = k->after > k->before ? k->after - k->before : 0;
	uint64_t opened = MAX(k->opened, grown);
	uint64_t closed = k->before + opened - k->after;

	uint64_t seen = 0;

	array_each (&m->sockets, s)
		seen += coverage_counts(m, s);
	int64_t extra = count_extra_subflows(m);
	c->sockets_seen = seen - (uint64_t)extra;
	c->sockets_kernel = (uint64_t)MAX((int64_t)k->after - extra, (int64_t)0);
	c->tolerance = opened + closed;
	return seen + opened >= k->after && seen <= k->after + closed;
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
