/* Growth of a finding's sockets, by model/growth.h. */
#include "base/array.h"
#include "close_wait.h"
#include "model/growth.h"

static const char *why_unknown(struct inquiry *q, const struct growth *g)
{
	if (g->again_s)
		return arena_printf(q->arena, "%s: ask again in %u s", g->why, g->again_s);
	return arena_printf(q->arena, "%s: unfin check --window %us", g->why, g->window_s);
}

void close_wait_grow(struct inquiry *q, const struct close_wait *c, struct finding *f)
{
	const struct moment *m = q->moment;
	ARRAY(uint64_t) ages = { 0 };

	array_each (&f->sockets, s) {
		uint64_t ms;
		if (finished_ms(&m->sockets.items[*s], c->assumed_ms, &ms))
			*array_push(&ages) = ms;
	}
	if (ages.count)
		array_sort(&ages, compare_u64);
	struct growth_evidence e = { .ages_ms = ages.items,
		                     .count = ages.count,
		                     .closed_oldest_ms = c->closed.count ? c->closed.oldest_ms : 0,
		                     .window_ms = m->window.ms,
		                     .arrived = c->arrived,
		                     .reaches_back = close_wait_reaches_back(c) };
	f->growth = growth_of(&e);
	if (!f->growth.known)
		f->growth.why = why_unknown(q, &f->growth);
	array_free(&ages);
}
