/* Since when. An agent that has watched knows when it began, and what was started anew just before; a look alone knows
 * only how old the oldest socket is that is still there, and says so. */
#include "base/format.h"
#include "check_lines.h"

static uint64_t since_ms(uint64_t from_ms, uint64_t to_ms)
{
	return to_ms > from_ms ? to_ms - from_ms : 0;
}

/* The one that was going on at that moment. */
static const struct life *life_of(const struct check_ground *g, const struct finding *f)
{
	uint64_t at_ms = g->moment->taken_unix_ms;

	if (!g->chronicle)
		return NULL;
	array_each (&g->chronicle->lives, l)
		if (streq(l->key, f->key) && l->first_ms <= at_ms && (!l->ended_ms || l->ended_ms >= at_ms))
			return l;
	return NULL;
}

/* The agent may have recognized it some time after the oldest of them was left. */
static uint64_t began_ms(const struct check_ground *g, const struct finding *f, const struct life *l)
{
	uint64_t oldest_ms = f->oldest_known ? since_ms(f->oldest_ms, g->moment->taken_unix_ms) : UINT64_MAX;

	return MIN(l->first_ms, oldest_ms);
}

/* The last one before it began; else one that followed. */
static const struct release *release_beside(const struct life *l, uint64_t at_ms)
{
	const struct release *found = NULL;

	array_each (&l->releases, r)
		if (!found || r->at_ms <= at_ms)
			found = r;
	return found;
}

static void add_started(struct text *t, const char *name, uint32_t pid)
{
	text_add_shown(t, name);
	text_printf(t, "[%u] was started", pid);
}

static void add_release(struct text *t, const struct life *l, uint64_t at_ms)
{
	const struct release *r = release_beside(l, at_ms);

	if (!r)
		return;
	if (r->at_ms <= at_ms) {
		text_add(t, ", ");
		format_duration(t, since_ms(r->at_ms, at_ms));
		text_add(t, " after ");
	} else {
		text_add(t, "; later ");
	}
	add_started(t, r->program, r->pid);
	text_printf(t, " with %s", r->what);
}

static void add_life(struct text *t, const struct check_ground *g, const struct finding *f, const struct life *l)
{
	uint64_t at_ms = began_ms(g, f, l);
	bool before = l->before && at_ms == l->first_ms;

	text_add(t, before ? "before " : "");
	format_local(t, at_ms);
	text_add(t, before ? " (more than " : " (");
	format_duration(t, since_ms(at_ms, g->moment->taken_unix_ms));
	text_add(t, before ? " ago): it was there when the agent began to look" : " ago)");
	add_release(t, l, at_ms);
}

static void add_age(struct text *t, const struct finding *f)
{
	TEXT_CLEANUP most = { 0 };

	text_add(t, f->oldest_max_ms == UINT64_MAX ? "at least " : "");
	size_t at = t->length;
	format_duration(t, f->oldest_ms);
	format_duration(&most, f->oldest_max_ms);
	if (f->oldest_max_ms != UINT64_MAX && !streq(t->bytes + at, most.bytes))
		text_printf(t, " to %s", most.bytes);
}

/* Started so shortly before the oldest of them that it left none before. */
static const struct process *just_started(const struct check_ground *g, const struct finding *f,
                                          uint64_t *ret_before_ms)
{
	enum { JUST_MS = 10000 };
	const struct moment *m = g->moment;
	const struct process *p =
	        f->subject == PROCESS_NONE || f->others.count ? NULL : &m->processes.items[f->subject];
	uint64_t oldest_ms = since_ms(f->oldest_ms, m->taken_unix_ms);

	if (!p || !p->start_unix_ms || f->oldest_max_ms != f->oldest_ms || p->start_unix_ms > oldest_ms)
		return NULL;
	*ret_before_ms = oldest_ms - p->start_unix_ms;
	return *ret_before_ms <= JUST_MS ? p : NULL;
}

/* Where keepalive probes run, the kernel's stamps tell only between which times the end came. */
static void add_oldest(struct text *t, const struct check_ground *g, const struct finding *f)
{
	format_local(t, since_ms(f->oldest_ms, g->moment->taken_unix_ms));
	text_add(t, f->oldest_max_ms == f->oldest_ms ? " (" : " or before (");
	add_age(t, f);
	text_add(t, " ago): the oldest of them");
	uint64_t before_ms = 0;
	const struct process *p = g->unread || g->chronicle ? NULL : just_started(g, f, &before_ms);
	if (p) {
		text_add(t, ", ");
		format_duration(t, before_ms);
		text_add(t, " after ");
		add_started(t, p->comm, p->pid);
		return;
	}
	text_add(t, "; ");
	text_add(t, g->unread      ? "when it began is not known: what the agent remembers cannot be read"
	            : g->chronicle ? "the agent has not seen it begin"
	                           : "only an agent's history tells when it began");
}

void finding_since(struct text *t, const struct check_ground *g, const struct finding *f)
{
	const struct life *l = life_of(g, f);

	if (!l && f->oldest_known)
		add_oldest(t, g, f);
	if (!l)
		return;
	add_life(t, g, f, l);
	if (f->oldest_known && l->first_ms < since_ms(f->oldest_ms, g->moment->taken_unix_ms)) {
		text_add(t, "; the oldest one left: ");
		add_age(t, f);
	}
}
