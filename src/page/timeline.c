#include "timeline.h"
#include "base/json.h"
#include "view/document.h"
#include "view/history.h"

enum { LOOKS_MOST = 400, AGES_MOST = 160 };

static unsigned weight_of(const char *verdict)
{
	return streq(verdict, "critical") ? 3 : streq(verdict, "warning") ? 2 : streq(verdict, "unknown") ? 1 : 0;
}

/* Neighbours become one: what stood out in any of them stays. */
static void look_join(struct chronicle_look *a, const struct chronicle_look *b)
{
	a->last_ms = b->last_ms;
	for (size_t i = 0; i < STATE_COUNT; i++)
		a->states[i] = MAX(a->states[i], b->states[i]);
	if (weight_of(b->verdict) > weight_of(a->verdict))
		a->verdict = b->verdict;
}

static void json_look(struct json *j, const struct chronicle_look *l)
{
	json_object_begin(j, NULL);
	document_time(j, "at", l->first_ms);
	document_time(j, "until", l->last_ms);
	json_text(j, "verdict", l->verdict);
	json_object_begin(j, "states");
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++)
		if (l->states[s])
			json_u64(j, state_json(s), l->states[s]);
	json_object_end(j);
	json_object_end(j);
}

static void json_looks(struct json *j, const struct chronicle *c)
{
	size_t each = (c->past_looks.count + LOOKS_MOST - 1) / LOOKS_MOST;

	json_array_begin(j, "looks");
	for (size_t i = 0; i < c->past_looks.count; i += each) {
		struct chronicle_look look = c->past_looks.items[i];
		for (size_t k = i + 1; k < MIN(i + each, c->past_looks.count); k++)
			look_join(&look, &c->past_looks.items[k]);
		json_look(j, &look);
	}
	json_array_end(j);
}

/* Of each state the classes up to the last that has any. */
static void json_ages_at(struct json *j, const struct chronicle_ages *a)
{
	json_object_begin(j, NULL);
	document_time(j, "at", a->at_ms);
	json_object_begin(j, "states");
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++) {
		unsigned used = AGE_CLASSES;
		while (used && !a->counts[s][used - 1])
			used--;
		if (!used)
			continue;
		json_array_begin(j, state_json(s));
		for (unsigned i = 0; i < used; i++)
			json_u64(j, NULL, a->counts[s][i]);
		json_array_end(j);
	}
	json_object_end(j);
	json_object_end(j);
}

static void json_ages(struct json *j, const struct chronicle *c)
{
	size_t each = (c->past_ages.count + AGES_MOST - 1) / AGES_MOST;

	document_age_classes(j);
	json_array_begin(j, "ages");
	for (size_t i = 0; i < c->past_ages.count; i += each)
		json_ages_at(j, &c->past_ages.items[MIN(i + each, c->past_ages.count) - 1]);
	json_array_end(j);
}

static void json_marks(struct json *j, const struct chronicle *c)
{
	json_array_begin(j, "moments");
	array_each (&c->past_moments, m) {
		json_object_begin(j, NULL);
		document_time(j, "at", m->at_ms);
		json_text(j, "why", m->why);
		json_object_end(j);
	}
	json_array_end(j);
	json_array_begin(j, "releases");
	array_each (&c->releases, r) {
		json_object_begin(j, NULL);
		document_time(j, "at", r->at_ms);
		json_text(j, "program", r->program);
		json_text(j, "what", r->what);
		json_object_end(j);
	}
	json_array_end(j);
	json_array_begin(j, "notes");
	array_each (&c->notes, n) {
		json_object_begin(j, NULL);
		document_time(j, "at", n->at_ms);
		json_text(j, "what", n->what);
		json_object_end(j);
	}
	json_array_end(j);
}

void timeline_json(struct text *out, const struct chronicle *c)
{
	struct json j = JSON(out, false);

	document_begin(&j, "timeline", c->moment);
	document_time(&j, "from", c->from_ms);
	document_time(&j, "to", c->to_ms);
	json_u64(&j, "interval_ms", c->interval_ms);
	json_looks(&j, c);
	json_ages(&j, c);
	json_marks(&j, c);
	history_json_findings(&j, c, true);
	document_end(&j);
}
