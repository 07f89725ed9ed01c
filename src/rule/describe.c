/* From a group of sockets to the plain facts of a finding. */
#include "suspects.h"

static const char *end_text(struct judgement *j, const struct suspects *g)
{
	TEXT_CLEANUP t = { 0 };

	if (g->end_is_listener && addr_is_any(&g->end.addr))
		text_printf(&t, "*:%u", g->end.port);
	else
		endpoint_format(&t, &g->end);
	return arena_strdup(j->arena, t.bytes);
}

const char *finding_key(const struct moment *m, struct judgement *j, const struct finding *f)
{
	const struct netns *n = f->netns < m->netns.count ? &m->netns.items[f->netns] : NULL;
	const char *program = f->subject == PROCESS_NONE ? "-" : program_name(&m->processes.items[f->subject]);
	const char *end = f->listener ? f->listener : f->peer ? f->peer : "-";

	if (n && n->name)
		return arena_printf(j->arena, "%s %s %s %s", f->id, n->name, program, end);
	return arena_printf(j->arena, "%s net:[%llu] %s %s", f->id, n ? (unsigned long long)n->inode : 0ULL, program,
	                    end);
}

static void add_other(struct finding *f, uint32_t process)
{
	if (process == f->subject)
		return;
	array_each (&f->others, other)
		if (*other == process)
			return;
	*array_push(&f->others) = process;
}

void suspects_describe(const struct moment *m, const struct suspects *g, struct judgement *j, struct finding *f)
{
	f->count = g->count;
	f->netns = g->netns;
	f->subject = g->process;
	if (g->end_is_listener)
		f->listener = end_text(j, g);
	else if (g->end.port)
		f->peer = end_text(j, g);
	for (size_t i = 0; i < g->count; i++) {
		const struct socket *s = &m->sockets.items[g->sockets[i]];
		struct age age = socket_age(s);
		*array_push(&f->sockets) = g->sockets[i];
		if (age.basis != AGE_UNKNOWN) {
			f->oldest_known = true;
			f->oldest_ms = MAX(f->oldest_ms, age.min_ms);
		}
		moment_each_holder(m, s, h) add_other(f, h->process);
	}
}
