/* From a group of sockets to the plain facts of a finding. */
#include "rule/ground/listeners.h"
#include "rule.h"

static const char *end_text(struct inquiry *q, const struct suspects *g)
{
	TEXT_CLEANUP t = { 0 };

	if (g->end_is_listener && addr_is_any(&g->end.addr))
		return service_text(q, g->netns, g->end.port);
	endpoint_format(&t, &g->end);
	return arena_strdup(q->arena, t.bytes);
}

static const char *finding_key(struct inquiry *q, const struct finding *f)
{
	const struct moment *m = q->moment;
	const struct netns *n = f->netns < m->netns.count ? &m->netns.items[f->netns] : NULL;
	const char *program = f->subject == PROCESS_NONE ? "-" : program_name(&m->processes.items[f->subject]);
	const char *end = f->setting    ? f->setting
	                  : f->listener ? f->listener
	                  : f->peer     ? f->peer
	                  : f->ends > 1 ? "*"
	                                : "-";

	if (n && n->name)
		return arena_printf(q->arena, "%s %s %s %s", f->id, n->name, program, end);
	return arena_printf(q->arena, "%s net:[%llu] %s %s", f->id, n ? (unsigned long long)n->inode : 0ULL, program,
	                    end);
}

/* Two scripts of one interpreter that leak to the same place: their commands tell them apart. */
static const char *longer_key(struct inquiry *q, const struct finding *f)
{
	const struct moment *m = q->moment;

	if (f->subject == PROCESS_NONE)
		return f->key;
	return arena_printf(q->arena, "%s %s", f->key, program_command(q->arena, &m->processes.items[f->subject]));
}

static bool is_named_before(struct inquiry *q, const struct finding *f)
{
	for (const struct finding *before = q->findings.items; before < f; before++)
		if (streq(before->key, f->key))
			return true;
	return false;
}

void findings_name(struct inquiry *q)
{
	array_each (&q->findings, f) {
		f->key = finding_key(q, f);
		if (is_named_before(q, f))
			f->key = longer_key(q, f);
		const char *key = f->key;
		for (unsigned n = 2; is_named_before(q, f); n++)
			f->key = arena_printf(q->arena, "%s #%u", key, n);
	}
}

/* Every process that holds one of them, once, but for the subject. */
static void tell_others(const struct moment *m, struct finding *f)
{
	size_t kept = 0;

	f->others.count = 0;
	array_each (&f->sockets, s)
		moment_each_holder (m, &m->sockets.items[*s], h)
			if (h->process != f->subject &&
			    (!f->others.count || f->others.items[f->others.count - 1] != h->process))
				*array_push(&f->others) = h->process;
	array_sort(&f->others, compare_u32);
	for (size_t i = 0; i < f->others.count; i++)
		if (!i || f->others.items[i] != f->others.items[i - 1])
			f->others.items[kept++] = f->others.items[i];
	f->others.count = kept;
}

static void tell_sockets(const struct moment *m, struct finding *f)
{
	uint32_t holder = suspects_main_process(m, f->sockets.items, f->sockets.count);

	f->count = f->sockets.count;
	if (holder != PROCESS_NONE || !f->count)
		f->subject = holder;
	f->oldest_known = false;
	f->oldest_ms = f->oldest_max_ms = 0;
	array_each (&f->sockets, s) {
		const struct socket *k = &m->sockets.items[*s];
		struct age age = k->state == STATE_CLOSE ? socket_finished_age(k) : socket_age(k);
		if (age.basis == AGE_UNKNOWN)
			continue;
		f->oldest_known = true;
		f->oldest_ms = MAX(f->oldest_ms, age.min_ms);
		f->oldest_max_ms = MAX(f->oldest_max_ms, age.max_ms);
	}
	tell_others(m, f);
}

void suspects_describe(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;

	f->netns = g->netns;
	f->ends = g->ends;
	f->rest = g->rest;
	if (g->end.port && g->end_is_listener)
		f->listener = end_text(q, g);
	else if (g->end.port)
		f->peer = end_text(q, g);
	for (size_t i = 0; i < g->count; i++)
		*array_push(&f->sockets) = g->sockets[i];
	if (g->end_is_listener)
		f->subject = listener_process(q, g->netns, &g->end);
	tell_sockets(m, f);
}

void finding_keep(struct inquiry *q, struct finding *f,
                  bool (*keep)(struct inquiry *q, const struct socket *s, void *with), void *with)
{
	const struct moment *m = q->moment;
	size_t kept = 0;

	array_each (&f->sockets, s)
		if (keep(q, &m->sockets.items[*s], with))
			f->sockets.items[kept++] = *s;
	f->sockets.count = kept;
	tell_sockets(m, f);
}
