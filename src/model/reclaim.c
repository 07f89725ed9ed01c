#include "reclaim.h"
#include "hash.h"

enum { START_STEP_NS = 10 * NS_PER_MS }; /* as finely as /proc tells it */

void reclaim_plan_free(struct reclaim_plan *p)
{
	array_free(&p->sockets);
	array_free(&p->refused);
	array_free(&p->netns_cookies);
	array_free(&p->holders);
	array_free(&p->budgets);
	array_free(&p->methods);
}

const char *reclaim_result_name(enum reclaim_result r)
{
	static const char *const names[] = {
		[RECLAIM_PLANNED] = "planned", [RECLAIM_DESTROYED] = "destroyed", [RECLAIM_SHUT_DOWN] = "shut_down",
		[RECLAIM_GONE] = "gone",       [RECLAIM_FAILED] = "failed",       [RECLAIM_SPARED] = "spared",
	};

	return names[r];
}

size_t reclaim_count(const struct reclaim_plan *p, enum reclaim_result r)
{
	size_t count = 0;

	array_each (&p->sockets, e)
		count += e->result == r;
	return count;
}

uint64_t reclaim_holders_id(const struct moment *m, const struct socket *s)
{
	uint64_t all = 0;

	moment_each_holder (m, s, h) {
		const struct process *p = &m->processes.items[h->process];
		all += hash_word(hash_word(hash_word(1, p->pid), h->fd), p->start_boot_ns / START_STEP_NS);
	}
	return all;
}
