/* Growth of a finding's sockets, by model/growth.h. */
#include "base/array.h"
#include "close_wait.h"
#include "model/growth.h"

void close_wait_grow(const struct moment *m, const struct close_wait *c, struct finding *f)
{
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
	array_free(&ages);
}
