#include "traces.h"

enum { HANDSHAKE_BYTES = 1 }; /* the SYN counts as one acknowledged byte */

/* May others than this program have closed connections to where the group's lead? */
static bool has_rivals(struct inquiry *q, const struct suspects *g)
{
	const struct moment *m = q->moment;
	const struct programs *programs = inquiry_programs(q);

	if (g->end_is_listener)
		return false;
	array_each (&m->sockets, s)
		if (s->first_holder != HOLDER_NONE && endpoint_same(&s->peer, &g->end) &&
		    program_of(programs, moment_holder(m, s->first_holder)->process) !=
		            program_of(programs, g->process))
			return true;
	return false;
}

size_t traces_time_waits(struct inquiry *q, const struct suspects *g, uint64_t ms)
{
	const struct moment *m = q->moment;
	const struct socket *first = &m->sockets.items[g->sockets[0]];
	const struct endpoint *end = g->end_is_listener ? &first->local : &g->end;
	size_t count = 0;

	if (!end->port || g->process == PROCESS_NONE || has_rivals(q, g))
		return 0;
	array_each (&m->sockets, s)
		count += s->state == STATE_TIME_WAIT && socket_age(s).min_ms > ms &&
		         endpoint_same(g->end_is_listener ? &s->peer : &s->local, end) &&
		         (s->netns == g->netns || !addr_is_loopback(&end->addr));
	return count;
}

struct opened {
	uint64_t ms; /* ago */
	uint32_t fd;
};

/* The oldest first; of equals the lower descriptor. */
static int compare_opened(const void *a, const void *b)
{
	const struct opened *x = a, *y = b;
	int order = CMP(y->ms, x->ms);

	return order ? order : CMP(x->fd, y->fd);
}

struct traces_reuse traces_reuse_of(const struct moment *m, const struct suspects *g)
{
	ARRAY(struct opened) all = { 0 };
	struct traces_reuse reuse = { 0 };
	uint32_t highest = 0;

	for (size_t i = 0; i < g->count; i++) {
		const struct socket *s = &m->sockets.items[g->sockets[i]];
		if (!socket_has(s, SOCKET_TIMES_KNOWN) || s->acked_bytes > HANDSHAKE_BYTES)
			continue;
		moment_each_holder (m, s, h)
			if (h->process == g->process)
				*array_push(&all) = (struct opened){ s->since_sent_ms, h->fd };
	}
	reuse.known = all.count;
	array_sort(&all, compare_opened);
	array_each (&all, o) {
		reuse.lower += o->fd < highest;
		highest = MAX(highest, o->fd);
	}
	array_free(&all);
	return reuse;
}
