/* When what a finding eats ends. A leak and what follows from it eat budgets that end at different times: they stand
 * together, the first end in front. */
#include "base/format.h"
#include "check_lines.h"

enum { NEWS_PERCENT = 25, ENDS_TOLD = 2 };

struct ending {
	const struct budget *budget;
	const struct finding *of;
};

/* One that is far from its end, and nobody knows when it comes, is no news. */
static bool is_news(const struct finding *f)
{
	const struct budget *b = f->budgets.count ? &f->budgets.items[0] : NULL;

	return b && (f->eta_known || b->used * 100 >= b->limit * NEWS_PERCENT || b->own * 100 >= b->limit);
}

static bool is_full(const struct ending *e)
{
	return e->budget->used >= e->budget->limit;
}

static uint64_t ends_in_s(const struct ending *e)
{
	return is_full(e) ? 0 : e->of->eta_known ? e->of->eta.s : UINT64_MAX;
}

/* Into its place; what finds none is told by its own finding. */
static size_t take(struct ending *list, size_t count, const struct finding *f)
{
	struct ending e = { f->budgets.items, f };
	size_t at = 0;

	if (!is_news(f))
		return count;
	for (size_t i = 0; i < count; i++)
		if (streq(list[i].budget->what, e.budget->what))
			return count;
	while (at < count && ends_in_s(&list[at]) <= ends_in_s(&e))
		at++;
	if (at == ENDS_TOLD)
		return count;
	count = MIN(count + 1, (size_t)ENDS_TOLD);
	memmove(&list[at + 1], &list[at], (count - 1 - at) * sizeof(*list));
	list[at] = e;
	return count;
}

static size_t find_ends(const struct check_ground *g, const struct finding *f, struct ending ret[ENDS_TOLD])
{
	size_t count = take(ret, 0, f);

	array_each (&g->judgement->findings, effect)
		if (effect->cause == f->serial)
			count = take(ret, count, effect);
	return count;
}

static void add_when(struct text *t, const struct check_ground *g, const struct ending *e)
{
	uint64_t in_ms = e->of->eta.s * MS_PER_S;

	if (is_full(e)) {
		text_add(t, "now: ");
	} else if (e->of->eta_known) {
		text_add(t, "in ");
		format_duration(t, in_ms);
		text_add(t, " (");
		format_local_near(t, g->moment->taken_unix_ms + in_ms, g->moment->taken_unix_ms);
		text_add(t, "): ");
	} else {
		text_add(t, "not known: ");
	}
}

static void add_ending(struct text *t, const struct check_ground *g, const struct ending *e)
{
	const struct budget *b = e->budget;

	add_when(t, g, e);
	text_printf(t, "%s, ", b->what);
	format_count(t, b->used);
	text_add(t, " of ");
	format_count(t, b->limit);
	text_add(t, " used");
	if (!e->of->eta_known && e->of->eta_why && !is_full(e) && b->used * 4 >= b->limit) /* else not worth words */
		text_printf(t, "; no forecast: %s", e->of->eta_why);
}

void finding_ends(const struct check_ground *g, const struct finding *f, finding_line *emit, void *to)
{
	struct ending ends[ENDS_TOLD];
	size_t count = find_ends(g, f, ends);

	for (size_t i = 0; i < count; i++) {
		TEXT_CLEANUP t = { 0 };
		add_ending(&t, g, &ends[i]);
		emit(to, i ? "" : "ends", t.bytes, NULL);
	}
}
