#include "early.h"
#include "decode.h"
#include "base/clock.h"

enum {
	HELD_MS = 500, /* most are closed by then, and cost nothing */
	PASS_MS = 2000,
	PROCESS_MS = 1000,    /* of a pass */
	BYTES_MOST = 4 << 20, /* of the stacks of one process: a program has some dozens, of 5 KB each mostly */
	PART = 4,             /* of the time that passes */
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

/* INDEX_NONE: it tells no place, or its process has no room left. */
static uint32_t keep(struct early *e, uint32_t tgid, const struct stack *s)
{
	size_t bytes = stack_bytes(s), taken = 0;

	if (!stack_place(s))
		return INDEX_NONE;
	for (uint32_t i = 0; i < e->stacks.count; i++) {
		const struct early_stack *other = &e->stacks.items[i];
		if (other->tgid != tgid)
			continue;
		if (stack_bytes(other->stack) == bytes && !memcmp(other->stack, s, bytes))
			return i;
		taken += stack_bytes(other->stack);
	}
	if (taken + bytes > BYTES_MOST)
		return INDEX_NONE;
	*array_push(&e->stacks) = (struct early_stack){ tgid, stack_copy(e->arena, s) };
	return (uint32_t)e->stacks.count - 1;
}

/* Those of one process at once: see decode.h. What there was no time for is due again. */
static void decode(struct early *e, decode_list *jobs, uint64_t end_ns, struct captures *captures)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	uint32_t tgid = jobs->items[0].capture->tgid;

	decode_process(tgid, jobs, end_ns, captures, arena);
	bool in_time = clock_monotonic_ns() < end_ns;
	array_each (jobs, job) {
		uint32_t at = keep(e, tgid, job->stack);
		if (at != INDEX_NONE || in_time)
			keyed_add(&e->asked, job->capture->cookie, at);
	}
	jobs->count = 0;
	e->last_tgid = tgid;
}

/* A process may be so made that it takes all the time it is given, each time: the next pass begins behind the one that
 * this one ended with. */
static void decode_due(struct pass *p, struct captures *captures)
{
	uint64_t end_ns = clock_monotonic_ns() + PASS_MS * NS_PER_MS, now_ns;
	size_t count = p->due.count, first = 0;
	decode_list jobs = { 0 };

	array_sort(&p->due, compare_due);
	while (first < count && p->due.items[first]->tgid <= p->early->last_tgid)
		first++;
	for (size_t i = 0; i < count && (now_ns = clock_monotonic_ns()) < end_ns;) {
		uint32_t tgid = p->due.items[(first + i) % count]->tgid;
		for (; i < count && p->due.items[(first + i) % count]->tgid == tgid; i++)
			*array_push(&jobs) = (struct decode_job){ .capture = p->due.items[(first + i) % count] };
		decode(p->early, &jobs, MIN(end_ns, now_ns + PROCESS_MS * NS_PER_MS), captures);
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

	return at == INDEX_NONE ? NULL : e->stacks.items[at].stack;
}

void early_free(struct early *e)
{
	arena_free(e->arena);
	array_free(&e->stacks);
	keyed_free(&e->asked);
}
