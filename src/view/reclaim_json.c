/* The document of a plan. It can be given back with --plan: so each socket has, beside what `list` tells, what must
 * still be true of it then. */
#include "document.h"
#include "model/field.h"
#include "reclaim.h"
#include "sheet_json.h"

struct writer {
	const struct reclaim_plan *plan;
	struct sheet_object object;
	struct text scratch[SHEET_WIDTH_MOST];
	const struct field *fields[SHEET_WIDTH_MOST];
	struct sheet_column columns[SHEET_WIDTH_MOST];
	struct sheet sheet;
};

static void writer_free(struct writer *w)
{
	sheet_object_free(&w->object);
	for (size_t i = 0; i < ARRAY_SIZE(w->scratch); i++)
		text_free(&w->scratch[i]);
}

static void writer_begin(struct writer *w, const struct reclaim_plan *p)
{
	*w = (struct writer){ .plan = p, .sheet = { .moment = p->moment, .columns = w->columns } };
	for (const struct field *f = field_table(); f->name && w->sheet.width < SHEET_WIDTH_MOST; f++) {
		if (!f->json)
			continue;
		w->fields[w->sheet.width] = f;
		w->columns[w->sheet.width++] = (struct sheet_column){ f->name, f->heading, f->right };
	}
	sheet_object_begin(&w->object, &w->sheet);
}

static void add_members(struct writer *w, const struct reclaim_entry *e)
{
	const struct socket *s = &w->plan->moment->sockets.items[e->socket];

	for (size_t i = 0; i < w->sheet.width; i++)
		w->object.row[i] = field_value(w->fields[i], w->plan->moment, s, &w->scratch[i]);
	sheet_object_members(&w->object);
}

static void add_identity(struct json *j, const struct reclaim_plan *p, const struct reclaim_entry *e)
{
	const struct socket *s = &p->moment->sockets.items[e->socket];
	char holders[20];

	snprintf(holders, sizeof(holders), "%016llx", (unsigned long long)reclaim_holders_id(p->moment, s));
	json_u64(j, "netns_cookie", p->netns_cookies.count ? p->netns_cookies.items[s->netns] : 0);
	json_u64(j, "acked_bytes", s->acked_bytes);
	json_u64(j, "received_bytes", s->received_bytes);
	json_text(j, "holders_id", holders);
	json_text(j, "cause", e->cause);
	json_text(j, "confidence", e->confidence);
	json_text(j, "finding", e->finding);
}

/* An entry is one line, whatever surrounds it. */
static void begin_line(struct json *j)
{
	json_object_begin(j, NULL);
	j->pretty = false;
}

static void end_line(struct json *j)
{
	json_object_end(j);
	j->pretty = true;
}

static void add_socket(struct writer *w, const struct reclaim_entry *e)
{
	struct json *j = &w->object.json;

	json_object_begin(j, "socket");
	add_members(w, e);
	json_object_end(j);
}

static void add_sockets(struct writer *w)
{
	struct json *j = &w->object.json;

	json_array_begin(j, "sockets");
	array_each (&w->plan->sockets, e) {
		begin_line(j);
		add_members(w, e);
		add_identity(j, w->plan, e);
		end_line(j);
	}
	json_array_end(j);
}

static void add_refusal(struct writer *w, const struct reclaim_entry *e)
{
	begin_line(&w->object.json);
	add_socket(w, e);
	json_text(&w->object.json, "why", e->why);
	end_line(&w->object.json);
}

static void add_refused(struct writer *w)
{
	json_array_begin(&w->object.json, "refused");
	array_each (&w->plan->refused, e)
		add_refusal(w, e);
	array_each (&w->plan->sockets, e)
		if (e->result == RECLAIM_SPARED)
			add_refusal(w, e);
	json_array_end(&w->object.json);
}

static bool is_done(const struct reclaim_entry *e)
{
	return e->result != RECLAIM_PLANNED && e->result != RECLAIM_SPARED;
}

static void add_done(struct writer *w)
{
	struct json *j = &w->object.json;

	json_array_begin(j, "done");
	array_each (&w->plan->sockets, e) {
		if (!is_done(e))
			continue;
		begin_line(j);
		add_socket(w, e);
		json_text(j, "result", reclaim_result_name(e->result));
		json_text(j, "errno", e->error ? strerrorname_np(e->error) : NULL);
		end_line(j);
	}
	json_array_end(j);
}

static void add_budget(struct json *j, const struct reclaim_plan *p, const struct reclaim_budget *b)
{
	TEXT_CLEANUP source = { 0 };

	addr_format(&source, &b->source);
	begin_line(j);
	json_text(j, "call", b->destination.port ? "connect" : "bind");
	json_u64(j, "netns", p->moment->netns.items[b->netns].inode);
	json_text(j, "source", source.bytes);
	if (b->destination.port)
		document_endpoint(j, "destination", &b->destination);
	else
		json_none(j, "destination");
	json_u64(j, "usable", b->usable);
	json_u64(j, "free_before", b->free_before);
	if (p->applied)
		json_u64(j, "free_after", b->free_after);
	else
		json_none(j, "free_after");
	if (b->probed)
		json_bool(j, "granted", b->granted);
	else
		json_none(j, "granted");
	end_line(j);
}

static void add_methods(struct json *j, const struct reclaim_plan *p)
{
	json_array_begin(j, "methods");
	array_each (&p->methods, m) {
		begin_line(j);
		json_text(j, "method", m->name);
		json_array_begin(j, "proved");
		for (size_t i = 0; m->proved[i]; i++)
			json_text(j, NULL, m->proved[i]);
		json_array_end(j);
		end_line(j);
	}
	json_array_end(j);
}

void reclaim_json(struct text *out, const struct reclaim_plan *p)
{
	cleanup(writer_free) struct writer w;
	struct json *j = &w.object.json;

	writer_begin(&w, p);
	j->pretty = true;
	document_begin(j, "reclaim", p->moment);
	json_text(j, "plan_id", p->id);
	json_bool(j, "applied", p->applied);
	json_text(j, "method", p->method);
	add_methods(j, p);
	json_text(j, "forced", p->forced);
	add_sockets(&w);
	add_refused(&w);
	add_done(&w);
	json_u64(j, "ports_back", p->ports_back);
	json_array_begin(j, "budgets");
	array_each (&p->budgets, b)
		add_budget(j, p, b);
	json_array_end(j);
	document_end(j);
	text_add_bytes(out, w.object.out.bytes, w.object.out.length);
}
