/* Who suffers: processes that were seen failing. A root tells those of its effects, too: whoever reads it first must
 * not have to look for them. */
#include "base/format.h"
#include "check_lines.h"
#include <inttypes.h>

enum { EFFECTS_TOLD = 3 }; /* lines; the effect itself tells all */

typedef ARRAY(struct victim) victim_list;

struct telling {
	const struct check_ground *g;
	finding_line *line;
	void *to;
	const char *label; /* of the line before */
};

/* A program that its supervisor starts again after each failure is one victim to a person, and not thirty. */
static bool is_same_victim(const struct moment *m, const struct victim *a, const struct victim *b)
{
	const struct process *x = &m->processes.items[a->process], *y = &m->processes.items[b->process];

	return a->call == b->call && a->error == b->error && a->target_known == b->target_known &&
	       a->copes == b->copes && endpoint_same(&a->target, &b->target) && streq(x->comm, y->comm) &&
	       same_text(x->unit, y->unit) && same_text(x->container, y->container);
}

static bool is_told_before(const struct moment *m, const victim_list *all, const struct victim *v)
{
	for (const struct victim *before = all->items; before < v; before++)
		if (is_same_victim(m, before, v))
			return true;
	return false;
}

static void show_line(struct telling *t, bool copes, const char *text)
{
	const char *label = copes ? "calls" : "suffers";

	t->line(t->to, t->label && streq(t->label, label) ? "" : label, text, NULL);
	t->label = label;
}

static void show_victim(struct telling *to, const victim_list *all, const struct victim *v)
{
	const struct moment *m = to->g->moment;
	uint64_t count = 0, processes = 0;
	TEXT_CLEANUP t = { 0 };

	array_each (all, other) {
		bool same = is_same_victim(m, v, other);
		count += same ? other->count : 0;
		processes += same;
	}
	process_format(&t, &m->processes.items[v->process]);
	if (processes > 1)
		text_printf(&t, " and %" PRIu64 " more of its processes", processes - 1);
	text_printf(&t, ": %s(", call_name(v->call));
	if (v->target_known)
		endpoint_format(&t, &v->target);
	text_printf(&t, ") failed with %s, ", strerrorname_np(v->error));
	format_count(&t, count);
	text_add(&t, count == 1 ? " time" : " times");
	if (m->window.ms) {
		text_add(&t, " in ");
		format_duration(&t, m->window.ms);
	}
	show_line(to, v->copes, t.bytes);
}

/* Of a root: is it the one that is to blame? */
static bool is_itself(const struct finding *f, const struct victim *v)
{
	return f->cause == FINDING_NONE && v->process == f->subject;
}

static void show_own(struct telling *t, const struct finding *f, bool itself)
{
	victim_list all = { 0 };

	array_each (&f->victims, v)
		if (is_itself(f, v) == itself)
			*array_push(&all) = *v;
	array_each (&all, v)
		if (!is_told_before(t->g->moment, &all, v))
			show_victim(t, &all, v);
	array_free(&all);
}

static void show_of_effects(struct telling *t, const struct finding *f, bool itself)
{
	victim_list all = { 0 };
	size_t told = 0;

	array_each (&t->g->judgement->findings, effect) {
		if (effect->cause != f->serial)
			continue;
		array_each (&effect->victims, v)
			if (!v->copes && is_itself(f, v) == itself)
				*array_push(&all) = *v;
	}
	array_each (&all, v)
		if (!is_told_before(t->g->moment, &all, v) && told++ < EFFECTS_TOLD)
			show_victim(t, &all, v);
	if (told > EFFECTS_TOLD)
		show_line(t, false, "and others, see below");
	array_free(&all);
}

/* Where something ends, calls fail; whether any was seen is told. */
static void show_nobody(struct telling *to, const struct finding *f)
{
	const struct moment *m = to->g->moment;
	TEXT_CLEANUP t = { 0 };

	if (to->label || f->cause != FINDING_NONE || f->severity == SEVERITY_INFO || !f->budgets.count)
		return;
	if (m->window.calls_watched) {
		text_add(&t, "nobody was seen failing in the ");
		format_duration(&t, m->window.ms);
		text_add(&t, " watched");
	} else {
		text_add(&t, "not known: failing calls were not watched");
	}
	show_line(to, false, t.bytes);
}

void finding_victims(const struct check_ground *g, const struct finding *f, finding_line *emit, void *to)
{
	struct telling t = { g, emit, to, NULL };

	/* Others come first, whichever of its effects they suffer from: who is woken for it, then who did it. */
	for (int itself = 0; itself < 2; itself++) {
		show_own(&t, f, itself);
		show_of_effects(&t, f, itself);
	}
	show_nobody(&t, f);
}
