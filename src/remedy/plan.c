#include "plan.h"
#include "refusal.h"
#include <errno.h>

static bool is_kept(const cookie_list *kept, uint64_t cookie)
{
	return cookie && bsearch(&cookie, kept->items, kept->count, sizeof(cookie), compare_u64);
}

/* What is left of a kept plan's socket when it was carried out is a dead one: there is nothing to refuse. */
static bool is_meant(const struct plan_request *r, const struct moment *m, const struct socket *s)
{
	if (s->netns == NETNS_UNKNOWN || !m->netns.items[s->netns].in_scope)
		return false;
	if (r->kept && (!is_kept(r->kept, s->cookie) || s->state == STATE_CLOSE))
		return false;
	return filter_match(r->about, m, s);
}

/* By socket: the finding it is in. A root's word goes before that of its effects, which come after it. */
static uint32_t *map_findings(const struct moment *m, const struct judgement *j)
{
	uint32_t *of = memory_resize(NULL, m->sockets.count + 1, sizeof(*of));

	for (size_t i = 0; i < m->sockets.count; i++)
		of[i] = FINDING_NONE;
	for (uint32_t f = 0; f < j->findings.count; f++)
		array_each (&j->findings.items[f].sockets, s)
			if (of[*s] == FINDING_NONE || !refusal_is_cause(&j->findings.items[of[*s]]))
				of[*s] = f;
	return of;
}

static uint32_t find_key(const struct judgement *j, const char *key)
{
	for (uint32_t f = 0; f < j->findings.count; f++)
		if (streq(j->findings.items[f].key, key))
			return f;
	return FINDING_NONE;
}

static bool *mark_sockets(const struct moment *m, const struct finding *f)
{
	bool *marks = memory_zeroed(m->sockets.count + 1);

	array_each (&f->sockets, s)
		marks[*s] = true;
	return marks;
}

static void add_entry(struct reclaim_plan *p, uint32_t socket, const struct finding *f, const char *why)
{
	*array_push(why ? &p->refused : &p->sockets) = (struct reclaim_entry){
		.socket = socket,
		.cause = f ? arena_strdup(p->arena, f->id) : NULL,
		.confidence = f ? confidence_name(f->confidence) : NULL,
		.finding = f ? arena_strdup(p->arena, f->key) : NULL,
		.why = why,
	};
}

struct aged {
	uint64_t min_ms;
	struct reclaim_entry entry;
};

static int compare_aged(const void *a, const void *b)
{
	const struct aged *x = a, *y = b;

	return CMP(y->min_ms, x->min_ms) ?: CMP(x->entry.socket, y->entry.socket);
}

static void sort_oldest_first(struct reclaim_plan *p)
{
	ARRAY(struct aged) aged = { 0 };

	array_each (&p->sockets, e)
		*array_push(&aged) = (struct aged){ socket_age(&p->moment->sockets.items[e->socket]).min_ms, *e };
	array_sort(&aged, compare_aged);
	for (size_t i = 0; i < aged.count; i++)
		p->sockets.items[i] = aged.items[i].entry;
	array_free(&aged);
}

static void keep_within(struct reclaim_plan *p, uint64_t limit)
{
	const char *why =
	        arena_printf(p->arena, "beyond --limit %llu: the older ones go first", (unsigned long long)limit);

	for (size_t i = limit; i < p->sockets.count; i++) {
		struct reclaim_entry *e = array_push(&p->refused);
		*e = p->sockets.items[i];
		e->why = why;
	}
	p->sockets.count = MIN(p->sockets.count, limit);
}

int plan_make(const struct moment *m, const struct judgement *j, const struct plan_request *request,
              struct reclaim_plan *ret)
{
	uint32_t named = request->finding ? find_key(j, request->finding) : FINDING_NONE;

	if (request->finding && named == FINDING_NONE)
		return -ENOENT;
	cleanup(cleanup_free) bool *marks = request->finding ? mark_sockets(m, &j->findings.items[named]) : NULL;
	cleanup(cleanup_free) uint32_t *finding_of = map_findings(m, j);
	ret->moment = m;
	cleanup(refusals_end) struct refusals refusals;
	refusals_begin(&refusals, m, request);
	ret->forced = request->force ? arena_strdup(ret->arena, request->force) : NULL;
	for (uint32_t i = 0; i < m->sockets.count; i++) {
		const struct socket *s = &m->sockets.items[i];
		if (!is_meant(request, m, s) || (marks && !marks[i]))
			continue;
		const struct finding *f = finding_of[i] == FINDING_NONE ? NULL : &j->findings.items[finding_of[i]];
		add_entry(ret, i, f, refusal_of(&refusals, s, f));
	}
	sort_oldest_first(ret);
	keep_within(ret, request->limit);
	return 0;
}

void reclaimer_free(struct reclaimer *r)
{
	array_free(&r->ancestors);
	array_free(&r->sessions);
}
