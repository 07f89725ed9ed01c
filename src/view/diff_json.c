/* unfin.diff/1: the document is of the later moment; the earlier one is `before`. Findings that did not change are
 * there, too; groups only if they changed. */
#include "diff.h"
#include "document.h"

static void json_before(struct json *j, const struct moment *m)
{
	json_object_begin(j, "before");
	json_text(j, "host", m->host);
	json_text(j, "boot_id", m->boot_id);
	document_time(j, "taken_at", m->taken_unix_ms);
	document_coverage(j, m);
	json_object_end(j);
}

static void json_states(struct json *j, const struct comparison *c)
{
	json_object_begin(j, "states");
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++) {
		json_object_begin(j, state_json(s));
		json_u64(j, "before", c->before[s]);
		json_u64(j, "after", c->after[s]);
		json_object_end(j);
	}
	json_object_end(j);
}

static void json_finding(struct json *j, const struct finding_change *c)
{
	const struct finding *f = c->after ?: c->before;

	json_object_begin(j, NULL);
	json_text(j, "change", change_name(c->change));
	json_text(j, "key", f->key);
	json_text(j, "id", f->id);
	json_text(j, "title", f->title);
	json_text(j, "peer", f->peer);
	json_text(j, "listener", f->listener);
	json_text(j, "severity_before", c->before ? severity_name(c->before->severity) : NULL);
	json_text(j, "severity", c->after ? severity_name(c->after->severity) : NULL);
	json_u64(j, "count_before", c->before ? c->before->count : 0);
	json_u64(j, "count", c->after ? c->after->count : 0);
	json_object_end(j);
}

static void json_group(struct json *j, const struct group_change *g)
{
	TEXT_CLEANUP port = { 0 };

	json_object_begin(j, NULL);
	json_text(j, "comm", *g->comm ? g->comm : NULL);
	text_printf(&port, "*:%u", g->end.port);
	json_text(j, "listener", g->listener ? port.bytes : NULL);
	if (g->listener)
		json_none(j, "peer");
	else
		document_endpoint(j, "peer", &g->end);
	json_text(j, "state", state_json(g->state));
	json_u64(j, "before", g->before);
	json_u64(j, "after", g->after);
	json_object_end(j);
}

static void json_limit(struct json *j, const struct limit_change *l)
{
	json_object_begin(j, NULL);
	json_text(j, "id", l->id);
	json_u64(j, "before", l->before);
	json_u64(j, "after", l->after);
	json_u64(j, "limit", l->limit);
	json_object_end(j);
}

static void take_note(void *to, const char *note)
{
	json_text(to, NULL, note);
}

void diff_json(struct text *out, const struct diff *d)
{
	struct json j = JSON(out, true);

	document_begin(&j, "diff", d->after);
	json_before(&j, d->before);
	json_text(&j, "relation", relation_name(d->comparison->relation));
	json_double(&j, "elapsed_s", (double)d->comparison->elapsed_ms / 1e3);
	json_bool(&j, "worse", d->changes->worse);
	json_states(&j, d->comparison);
	json_array_begin(&j, "findings");
	array_each (&d->changes->findings, f)
		json_finding(&j, f);
	json_array_end(&j);
	json_array_begin(&j, "groups");
	array_each (&d->comparison->groups, g)
		json_group(&j, g);
	json_array_end(&j);
	json_array_begin(&j, "limits");
	array_each (&d->comparison->limits, l)
		json_limit(&j, l);
	json_array_end(&j);
	json_array_begin(&j, "notes");
	diff_each_note(d, take_note, &j);
	json_array_end(&j);
	document_end(&j);
}
