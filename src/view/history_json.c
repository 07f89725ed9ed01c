/* The history document, with the names of the contract. */
#include "document.h"
#include "history.h"

static void json_releases(struct json *j, const struct life *l)
{
	json_array_begin(j, "releases");
	array_each (&l->releases, r) {
		json_object_begin(j, NULL);
		json_text(j, "program", r->program);
		document_time(j, "at", r->at_ms);
		json_text(j, "what", r->what);
		json_u64(j, "pid", r->pid);
		json_text(j, "was", r->was);
		json_text(j, "now", r->now);
		json_object_end(j);
	}
	json_array_end(j);
}

static void json_victims(struct json *j, const struct life *l)
{
	json_array_begin(j, "victims");
	array_each (&l->victims, v) {
		json_object_begin(j, NULL);
		json_text(j, "program", v->program);
		json_u64(j, "pid", v->pid);
		json_text(j, "cmdline", v->cmdline);
		json_text(j, "call", v->call);
		json_text(j, "errno", v->error);
		json_text(j, "target", v->target);
		json_u64(j, "count", v->count);
		document_time(j, "first_at", v->first_ms);
		document_time(j, "last_at", v->last_ms);
		json_object_end(j);
	}
	json_array_end(j);
}

static void json_points(struct json *j, const struct life *l)
{
	json_array_begin(j, "points");
	array_each (&l->points, p) {
		json_object_begin(j, NULL);
		document_time(j, "at", p->at_ms);
		json_u64(j, "count", p->count);
		json_text(j, "severity", severity_name(p->severity));
		json_object_end(j);
	}
	json_array_end(j);
}

static void json_shown(struct json *j, const struct chronicle *c, const struct life *l)
{
	struct document_lines lines = { j, "" };

	json_object_begin(j, "shown");
	json_array_begin(j, "lines");
	history_life_begins(c, l, document_line, &lines);
	history_life_goes_on(l, document_line, &lines);
	json_array_end(j);
	json_object_end(j);
}

/* `c` NULL: one event of it is told, without the lines of its page. */
static void json_life(struct json *j, const struct chronicle *c, const struct life *l, bool one)
{
	json_object_begin(j, NULL);
	json_text(j, "key", l->key);
	json_text(j, "id", l->id);
	json_text(j, "title", l->title);
	json_text(j, "severity", severity_name(l->severity));
	json_text(j, "highest", severity_name(l->highest));
	json_text(j, "confidence", confidence_name(l->confidence));
	if (l->subject_known)
		document_process_of(j, "subject", &l->subject, l->subject_netns);
	else
		json_none(j, "subject");
	json_text(j, "peer", l->peer);
	json_text(j, "listener", l->listener);
	json_text(j, "caused_by", l->caused_by);
	document_time(j, "first_at", l->first_ms);
	json_bool(j, "began_before", l->before);
	document_time(j, "last_at", l->last_ms);
	document_time(j, "ended_at", l->ended_ms);
	json_u64(j, "openings", l->openings);
	json_u64(j, "count", l->count);
	json_u64(j, "count_max", l->count_max);
	json_releases(j, l);
	json_victims(j, l);
	if (one)
		json_points(j, l);
	if (c)
		json_shown(j, c, l);
	json_object_end(j);
}

static void json_span(struct json *j, const struct chronicle *c)
{
	json_object_begin(j, "looks");
	json_u64(j, "count", c->looks);
	document_time(j, "first_at", c->first_look_ms);
	document_time(j, "last_at", c->last_look_ms);
	json_u64(j, "interval_ms", c->interval_ms);
	json_u64(j, "blind_ms", c->blind_ms);
	json_object_end(j);
	json_array_begin(j, "notes");
	array_each (&c->notes, n) {
		json_object_begin(j, NULL);
		document_time(j, "at", n->at_ms);
		json_text(j, "what", n->what);
		json_object_end(j);
	}
	json_array_end(j);
}

void history_json_findings(struct json *j, const struct chronicle *c, bool one)
{
	json_array_begin(j, "findings");
	array_each (&c->lives, l)
		json_life(j, c, l, one);
	json_array_end(j);
}

void history_json(struct text *out, const struct chronicle *c, bool one)
{
	struct json j = JSON(out, true);

	document_begin(&j, "history", c->moment);
	document_time(&j, "from", c->from_ms);
	document_time(&j, "to", c->to_ms);
	json_text(&j, "verdict", c->verdict);
	json_span(&j, c);
	history_json_findings(&j, c, one);
	document_end(&j);
}

void history_event_json(struct text *out, const char *host, const char *event, uint64_t at_ms, const struct life *l,
                        uint64_t suppressed)
{
	struct json j = JSON(out, true);

	json_object_begin(&j, NULL);
	json_text(&j, "schema", "unfin.event/1");
	json_text(&j, "host", host);
	document_time(&j, "at", at_ms);
	json_text(&j, "event", event);
	json_u64(&j, "suppressed", suppressed);
	json_array_begin(&j, "findings");
	json_life(&j, NULL, l, false);
	json_array_end(&j);
	json_object_end(&j);
	text_add_char(out, '\n');
}
