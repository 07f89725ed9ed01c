/* One finding's life: since when, how it went (a chart a screen wide), after what, and who failed. */
#include "base/format.h"
#include "history.h"
#include "wrap.h"
#include <inttypes.h>

enum { LABEL = 9, CHART_ROWS = 8, CHART_LEAST = 40, CHART_MOST = 96 };

struct chart {
	uint64_t from_ms, to_ms, most;
	unsigned columns;
	uint64_t values[CHART_MOST]; /* the highest within each column */
};

static void add_time(struct text *t, uint64_t unix_ms)
{
	TEXT_CLEANUP whole = { 0 };

	format_rfc3339(&whole, unix_ms);
	text_printf(t, "%.10s %.8sZ", whole.bytes, whole.bytes + 11);
}

/* The count holds from its point to the next one. */
static void fill(struct chart *c, uint64_t from_ms, uint64_t to_ms, uint64_t count)
{
	uint64_t span_ms = MAX(c->to_ms - c->from_ms, (uint64_t)1);

	if (to_ms < c->from_ms || from_ms > c->to_ms)
		return;
	uint64_t first = (MAX(from_ms, c->from_ms) - c->from_ms) * (c->columns - 1) / span_ms;
	uint64_t last = (MIN(to_ms, c->to_ms) - c->from_ms) * (c->columns - 1) / span_ms;
	for (uint64_t i = first; i <= last && i < c->columns; i++)
		c->values[i] = MAX(c->values[i], count);
	c->most = MAX(c->most, count);
}

static void chart_fill(struct chart *c, const struct life *l)
{
	for (size_t i = 0; i < l->points.count; i++) {
		const struct life_point *p = &l->points.items[i];
		uint64_t until_ms = i + 1 < l->points.count ? p[1].at_ms : c->to_ms;
		fill(c, p->at_ms, until_ms, p->count);
	}
}

static void chart_row(struct text *out, const struct chart *c, unsigned row)
{
	TEXT_CLEANUP label = { 0 };
	size_t kept;

	if (row == CHART_ROWS || row == 1)
		format_count(&label, row == 1 ? 0 : c->most);
	text_printf(out, "%*s |", LABEL, label.length ? label.bytes : "");
	kept = out->length;
	for (unsigned i = 0; i < c->columns; i++) {
		uint64_t height = c->most ? (c->values[i] * CHART_ROWS + c->most - 1) / c->most : 0;
		text_add_char(out, height >= row ? '#' : ' ');
		if (height >= row)
			kept = out->length;
	}
	out->length = kept;
	text_add_char(out, '\n');
}

static void add_chart(struct text *out, const struct life *l, uint64_t to_ms, const struct page_style *style)
{
	unsigned room = style->columns > LABEL + 4 ? style->columns - LABEL - 4 : 0;
	struct chart c = {
		.from_ms = l->first_ms,
		.to_ms = MAX(l->ended_ms ?: to_ms, l->first_ms + 1),
		.columns = MIN(MAX(room, (unsigned)CHART_LEAST), (unsigned)CHART_MOST),
	};
	TEXT_CLEANUP from = { 0 }, to = { 0 };

	if (l->points.count < 2)
		return;
	chart_fill(&c, l);
	text_add_char(out, '\n');
	for (unsigned row = CHART_ROWS; row; row--)
		chart_row(out, &c, row);
	add_time(&from, c.from_ms);
	add_time(&to, c.to_ms);
	text_printf(out, "%*s |%s%*s\n\n", LABEL, "", from.bytes, (int)c.columns - (int)from.length, to.bytes);
}

struct life_lines {
	finding_line *line;
	void *to;
};

static void add_line(const struct life_lines *w, const char *label, const char *text)
{
	w->line(w->to, label, text, NULL);
}

static void add_began(const struct life_lines *w, const struct chronicle *c, const struct life *l)
{
	TEXT_CLEANUP t = { 0 };
	uint64_t end_ms = l->ended_ms ?: c->last_look_ms;

	if (l->before)
		text_add(&t, "before ");
	add_time(&t, l->first_ms);
	text_add(&t, l->before ? ", when the agent began to look" : "");
	add_line(w, "began", t.bytes);
	t.length = 0;
	if (l->ended_ms)
		add_time(&t, l->ended_ms);
	text_add(&t, l->ended_ms ? ", after " : "not yet: open for ");
	format_duration(&t, end_ms > l->first_ms ? end_ms - l->first_ms : 0);
	if (l->openings > 1)
		text_printf(&t, "; it came back %" PRIu32 " time%s", l->openings - 1, l->openings == 2 ? "" : "s");
	add_line(w, "ended", t.bytes);
}

static void add_count(const struct life_lines *w, const struct life *l)
{
	TEXT_CLEANUP t = { 0 };

	format_count(&t, l->count);
	text_printf(&t, " %s%s now, at most ", l->thing ?: "connection", l->count == 1 ? "" : "s");
	format_count(&t, l->count_max);
	add_line(w, "count", t.bytes);
}

static void add_release(const struct life_lines *w, const struct life *l, const struct release *r)
{
	TEXT_CLEANUP t = { 0 };

	text_add_shown(&t, r->program);
	text_printf(&t, "[%" PRIu32 "] was started with %s at ", r->pid, r->what);
	add_time(&t, r->at_ms);
	if (r->at_ms <= l->first_ms) {
		text_add(&t, ", ");
		format_duration(&t, l->first_ms - r->at_ms);
		text_add(&t, " before it began");
	}
	add_line(w, "after", t.bytes);
	for (int i = 0; i < 2; i++) {
		const char *identity = i ? r->now : r->was;
		t.length = 0;
		text_add(&t, i ? "now: " : "was: ");
		text_add_shown(&t, identity ?: "-");
		add_line(w, "", t.bytes);
	}
}

static void add_victim(const struct life_lines *w, const struct life_victim *v)
{
	TEXT_CLEANUP t = { 0 };

	text_add_shown(&t, v->program);
	text_printf(&t, "[%" PRIu32 "]: %s(%s) failed with %s, ", v->pid, v->call, v->target ?: "", v->error);
	format_count(&t, v->count);
	text_printf(&t, " time%s, from ", v->count == 1 ? "" : "s");
	add_time(&t, v->first_ms);
	text_add(&t, " to ");
	add_time(&t, v->last_ms);
	add_line(w, "failed", t.bytes);
}

void history_life_begins(const struct chronicle *c, const struct life *l, finding_line *emit, void *to)
{
	const struct life_lines w = { emit, to };

	add_began(&w, c, l);
	add_count(&w, l);
}

void history_life_goes_on(const struct life *l, finding_line *emit, void *to)
{
	const struct life_lines w = { emit, to };

	array_each (&l->releases, r)
		add_release(&w, l, r);
	array_each (&l->victims, v)
		add_victim(&w, v);
	if (l->caused_by)
		add_line(&w, "cause", l->caused_by);
}

static void wrap_life_line(void *to, const char *label, const char *text, const char *command)
{
	wrap_line(to, 0, label, LABEL, text);
}

void history_life(struct text *out, const struct chronicle *c, const struct life *l, const struct page_style *style)
{
	struct wrap w = { .out = out, .columns = style->columns };
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "%s %s (%s): ", severity_name(l->highest), l->id, confidence_name(l->confidence));
	history_subject(&t, l);
	if (l->title)
		text_printf(&t, ": %s", l->title);
	wrap_line(&w, 0, "", 0, t.bytes);
	history_life_begins(c, l, wrap_life_line, &w);
	add_chart(out, l, c->last_look_ms, style);
	history_life_goes_on(l, wrap_life_line, &w);
	t.length = 0;
	text_add(&t, "as it was judged then: unfin check --at '");
	add_time(&t, l->first_ms);
	text_add_char(&t, '\'');
	wrap_line(&w, 0, "more", LABEL, t.bytes);
	wrap_line(&w, 0, "key", LABEL, l->key);
}
