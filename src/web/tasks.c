#include "tasks.h"
#include "base/clock.h"
#include "base/file.h"
#include "history/history.h"
#include "page.h"
#include "view/history.h"
#include <errno.h>

enum { MOMENT_BYTES = 256 << 20, SINCE_MS = 24 * 60 * 60 * 1000 };

/* False, with the answer: it is no time. `text` NULL: `otherwise`. */
static bool parse_time(const struct web_site *s, const char *name, const char *text, uint64_t otherwise, uint64_t *ret,
                       struct web_answer *ret_error)
{
	TEXT_CLEANUP what = { 0 };

	*ret = otherwise;
	if (!text || !s->plan->parse_time(text, clock_unix_ms(), ret))
		return true;
	text_printf(&what, "%s: no time is called ", name);
	text_add_quoted(&what, text);
	answer_error(ret_error, 400, what.bytes, NULL, "like 2h (ago), 03:12, 2026-11-30 or 2026-11-30T03:12Z");
	return false;
}

static bool has_history(const struct web_site *s, struct web_answer *ret_error)
{
	if (!s->plan->state)
		answer_error(ret_error, 404, "there is no history", "a kept moment is shown, which has none",
		             "ask the server of an agent");
	return s->plan->state;
}

/* What is remembered of the day before a moment; a ground that goes with it. */
struct memory {
	struct arena *arena;
	struct chronicle *chronicle;
	struct gap unread;
	struct document_ground ground;
};

static void memory_free(struct memory *m)
{
	chronicle_free(m->chronicle);
	arena_free(m->arena);
}

static void remember(struct memory *m, const struct web_site *s, const struct document_ground *g)
{
	const struct history_request q = { .from_ms = g->moment->taken_unix_ms - SINCE_MS, .to_ms = clock_unix_ms() };

	m->arena = arena_new();
	int err = s->plan->state ? history_read(s->plan->state, &q, &m->chronicle, m->arena, &m->unread) : 0;
	m->ground = *g;
	m->ground.chronicle = m->chronicle;
	m->ground.unread = err && err != -ENOENT ? &m->unread : NULL;
}

static void make_from(const struct web_site *s, const struct exchange *e, const struct document_ground *g,
                      struct web_answer *ret)
{
	cleanup(memory_free) struct memory memory = { .ground = *g };

	if (e->document->wants_chronicle)
		remember(&memory, s, g);
	e->document->make(&memory.ground, &e->query, ret);
}

static void make_then(struct web_site *s, const struct exchange *e, struct web_answer *ret)
{
	struct document_ground then;
	struct gap why = { 0 };
	uint64_t at_ms;

	if (!has_history(s, ret) || !parse_time(s, "at", e->query.at, 0, &at_ms, ret))
		return;
	if (then_stand(&s->then, s->plan->request, s->plan->read_then, s->plan->context, at_ms, &then, &why)) {
		answer_error(ret, 404, "no moment of that time can be shown", why.why, why.mend);
		return;
	}
	*ret = answer_of(answer_json);
	make_from(s, e, &then, ret);
}

static void make_document(struct web_site *s, const struct document_ground *g, const struct exchange *e,
                          struct web_answer *ret)
{
	*ret = answer_of(answer_json);
	if (e->query.at)
		make_then(s, e, ret);
	else
		make_from(s, e, g, ret);
}

static void make_history(struct web_site *s, const struct document_ground *g, const struct exchange *e,
                         struct web_answer *ret)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(chronicle_cleanup) struct chronicle *c = NULL;
	const struct document *d = e->document;
	struct history_request q = { .to_ms = clock_unix_ms(),
		                     .key = e->query.key,
		                     .points = d->wants_past || e->query.key,
		                     .past = d->wants_past,
		                     .figures = d->wants_figures };
	struct gap why = { 0 };

	*ret = answer_of(answer_json);
	if (!has_history(s, ret) ||
	    !parse_time(s, "since", e->query.since, clock_unix_ms() - SINCE_MS, &q.from_ms, ret))
		return;
	if (history_read(s->plan->state, &q, &c, arena, &why))
		answer_error(ret, 503, why.what, why.why, why.mend);
	else if (q.key && !c->lives.count)
		answer_error(ret, 404, "no finding of that time has that key", NULL, "/api/v1/history lists the keys");
	else
		d->remember(c, &e->query, &ret->body);
}

static void make_page(struct web_site *s, const struct document_ground *g, const struct exchange *e,
                      struct web_answer *ret)
{
	cleanup(memory_free) struct memory memory = { 0 };

	remember(&memory, s, g);
	*ret = answer_of(answer_html);
	page_write(&ret->body, &memory.ground, s->plan);
}

static void make_moment(struct web_site *s, const struct document_ground *g, const struct exchange *e,
                        struct web_answer *ret)
{
	*ret = answer_of(answer_file);
	int err = file_read(s->plan->moment, MOMENT_BYTES, &ret->body);
	if (err)
		answer_error(ret, 503, "the moment could not be read", strerror(-err), NULL);
}

static void make_fleet(struct web_site *s, const struct document_ground *g, const struct exchange *e,
                       struct web_answer *ret)
{
	const struct fleet_plan *fleet = &s->plan->fleet;

	fleet->ask(fleet->context, e->document->question, e->query.tuple ?: e->query.service,
	           MIN(e->query.limit, (size_t)QUERY_ROWS_MOST), ret);
}

static void make_fleet_page(struct web_site *s, const struct document_ground *g, const struct exchange *e,
                            struct web_answer *ret)
{
	const struct fleet_plan *fleet = &s->plan->fleet;
	ANSWER_CLEANUP plain = { 0 };

	fleet->ask(fleet->context, NULL, NULL, 1, &plain);
	*ret = answer_of(answer_html);
	ret->status = plain.status;
	page_write_fleet(&ret->body, plain.body.bytes, s->plan);
}

const struct web_task task_document = { make_document, .needs_ground = true };
const struct web_task task_history = { make_history };
const struct web_task task_page = { make_page, .needs_ground = true };
const struct web_task task_moment = { make_moment };
const struct web_task task_fleet = { make_fleet };
const struct web_task task_fleet_page = { make_fleet_page };
const struct web_task task_nothing = { 0 }; /* only who asks is to be known */
