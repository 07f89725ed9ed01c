#include "early.h"
#include "decode.h"
#include "base/clock.h"

enum {
	HELD_MS = 500, /* most are closed by then, and cost nothing */
	DECODE_MS = 2000,
	STACKS_MOST = 1024, /* a program has some dozens; each takes up to 30 KB */
	PART = 4,           /* of the time that passes */
};

/* What one pass has to do. */
struct pass {
	struct early *early;
	struct nodes *nodes;
	uint64_t opened_before_ns; /* since boot */
	ARRAY(const struct record_capture *) due;
};

/* Each is asked about once: what node.bpf.c has of it by now is all that it will have. */
static void take_due(void *context, const struct record_capture *c)
{
	struct pass *p = context;

	if (c->at_boot_ns > p->opened_before_ns || keyed_has(&p->early->asked, c->cookie))
		return;
	if (nodes_has(p->nodes, c->cookie))
		*array_push(&p->due) = c;
	else
		keyed_add(&p->early->asked, c->cookie, INDEX_NONE);
}

static int compare_due(const void *a, const void *b)
{
	const struct record_capture *const *x = a, *const *y = b;

	return CMP((*x)->tgid, (*y)->tgid);
}

/* INDEX_NONE: it tells no place, or there is no room. */
static uint32_t keep(struct early *e, const struct stack *s)
{
	if (!stack_place(s))
		return INDEX_NONE;
	for (uint32_t i = 0; i < e->stacks.count; i++)
		if (stack_bytes(e->stacks.items[i]) == stack_bytes(s) && !memcmp(e->stacks.items[i], s, stack_bytes(s)))
			return i;
	if (e->stacks.count == STACKS_MOST)
		return INDEX_NONE;
	*array_push(&e->stacks) = stack_copy(e->arena, s);
	return (uint32_t)e->stacks.count - 1;
}

/* Those of one process at once: see decode.h. */
static void decode(struct early *e, decode_list *jobs, uint64_t end_ns, struct captures *captures)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();

	decode_process(jobs->items[0].capture->tgid, jobs, end_ns, captures, arena);
	array_each (jobs, job)
		keyed_add(&e->asked, job->capture->cookie, keep(e, job->stack));
	jobs->count = 0;
}

/* A process may be so made that it takes all the time there is: then the next ones are due in the next pass. */
static void decode_due(struct pass *p, struct captures *captures)
{
	uint64_t end_ns = clock_monotonic_ns() + DECODE_MS * NS_PER_MS;
	decode_list jobs = { 0 };

	array_sort(&p->due, compare_due);
	for (size_t i = 0; i < p->due.count && clock_monotonic_ns() < end_ns;) {
		uint32_t tgid = p->due.items[i]->tgid;
		while (i < p->due.count && p->due.items[i]->tgid == tgid)
			*array_push(&jobs) = (struct decode_job){ .capture = p->due.items[i++] };
		decode(p->early, &jobs, end_ns, captures);
	}
	array_free(&jobs);
}

void early_take(struct early *e, struct captures *captures)
{
	struct pass p = { .early = e,
		          .nodes = captures_nodes(captures),
		          .opened_before_ns = clock_boot_ns() - HELD_MS * NS_PER_MS };
	uint64_t began_ns = clock_monotonic_ns();

	if (began_ns < e->next_ns || !nodes_any(p.nodes))
		return;
	e->arena = e->arena ?: arena_new();
	captures_each(captures, take_due, &p);
	decode_due(&p, captures);
	array_free(&p.due);
	uint64_t now_ns = clock_monotonic_ns();
	e->next_ns = now_ns + MAX((now_ns - began_ns) * (PART - 1), HELD_MS * NS_PER_MS);
}

struct stack *early_find(const struct early *e, uint64_t cookie)
{
	uint32_t at = keyed_find(&e->asked, cookie);

	return at == INDEX_NONE ? NULL : e->stacks.items[at];
}

void early_free(struct early *e)
{
	arena_free(e->arena);
	array_free(&e->stacks);
	keyed_free(&e->asked);
}
