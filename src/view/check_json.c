/* The check document, in the order and with the names of the contract: nothing is left out, what is not known is null.
 */
#include "check.h"
#include "check_lines.h"
#include "document.h"
#include "states.h"
#include <math.h>

/* errno by its name; the number where the C library knows none. */
static void json_errno(struct json *j, const char *name, int error)
{
	const char *known = strerrorname_np(error);

	if (known)
		json_text(j, name, known);
	else
		json_i64(j, name, error);
}

static void json_states(struct json *j, const struct moment *m)
{
	uint64_t counts[STATE_COUNT];

	moment_count_states(m, counts);
	json_object_begin(j, "states");
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++)
		json_u64(j, state_json(s), counts[s]);
	json_object_end(j);
}

static void json_eta(struct json *j, const struct finding *f)
{
	if (!f->eta_known) {
		json_none(j, "eta");
	} else {
		json_object_begin(j, "eta");
		json_u64(j, "s", f->eta.s);
		json_u64(j, "low_s", f->eta.low_s);
		json_u64(j, "high_s", f->eta.high_s);
		json_text(j, "basis", f->eta.basis);
		json_object_end(j);
	}
	json_text(j, "eta_why", f->eta_why);
}

static void json_budget(struct json *j, const struct finding *f)
{
	if (!f->budgets.count) {
		json_none(j, "budget");
		return;
	}
	json_object_begin(j, "budget");
	json_text(j, "what", f->budgets.items[0].what);
	json_u64(j, "used", f->budgets.items[0].used);
	json_u64(j, "limit", f->budgets.items[0].limit);
	json_object_end(j);
}

static void json_victims(struct json *j, const struct moment *m, const struct finding *f)
{
	json_array_begin(j, "victims");
	array_each (&f->victims, v) {
		json_object_begin(j, NULL);
		document_process(j, "process", m, v->process);
		json_text(j, "call", call_name(v->call));
		json_errno(j, "errno", v->error);
		if (v->target_known)
			document_endpoint(j, "target", &v->target);
		else
			json_none(j, "target");
		json_u64(j, "count", v->count);
		document_time(j, "first_at", v->first_unix_ms);
		document_time(j, "last_at", v->last_unix_ms);
		json_object_end(j);
	}
	json_array_end(j);
}

/* The line of code: where its program hangs, or has opened most of the sockets. */
static void json_site(struct json *j, const struct moment *m, const struct finding *f)
{
	if (f->standings.count) {
		document_standing(j, "site", f->standings.items[0]);
	} else if (f->site) {
		json_object_begin(j, "site");
		document_site(j, m, f->site);
		json_object_end(j);
	} else {
		json_none(j, "site");
	}
}

static void json_reasons(struct json *j, const struct moment *m, const struct finding *f)
{
	json_array_begin(j, "alternatives");
	array_each (&f->alternatives, a) {
		json_object_begin(j, NULL);
		json_text(j, "id", a->id);
		json_text(j, "why", a->why);
		json_text(j, "settled_by", a->settled_by);
		json_object_end(j);
	}
	json_array_end(j);
	json_site(j, m, f);
	json_array_begin(j, "evidence");
	array_each (&f->evidence, e)
		json_text(j, NULL, *e);
	json_array_end(j);
	json_array_begin(j, "excluded");
	array_each (&f->excluded, x) {
		json_object_begin(j, NULL);
		json_text(j, "id", x->id);
		json_text(j, "why", x->why);
		json_object_end(j);
	}
	json_array_end(j);
	json_array_begin(j, "advice");
	array_each (&f->advice, a) {
		json_object_begin(j, NULL);
		json_text(j, "when", advice_kind_name(a->kind));
		json_text(j, "text", a->text);
		json_text(j, "command", a->command);
		json_object_end(j);
	}
	json_array_end(j);
}

/* In which states its sockets are. */
static void json_by_state(struct json *j, const struct moment *m, const struct finding *f)
{
	uint64_t counts[STATE_COUNT] = { 0 };

	array_each (&f->sockets, s)
		counts[m->sockets.items[*s].state]++;
	json_object_begin(j, "by_state");
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++)
		if (counts[s])
			json_u64(j, state_json(s), counts[s]);
	json_object_end(j);
}

static void json_shown(struct json *j, const struct check_ground *g, const struct finding *f)
{
	struct document_lines lines = { j, "" };
	TEXT_CLEANUP title = { 0 };

	finding_title(&title, g->moment, f);
	json_object_begin(j, "shown");
	json_text(j, "title", title.bytes);
	json_array_begin(j, "lines");
	finding_lines(g, f, document_line, &lines);
	json_array_end(j);
	json_object_end(j);
}

void check_json_finding(struct json *j, const struct check_ground *g, const struct finding *f)
{
	const struct moment *m = g->moment;

	json_object_begin(j, NULL);
	json_text(j, "key", f->key);
	json_text(j, "id", f->id);
	json_text(j, "severity", severity_name(f->severity));
	json_text(j, "confidence", confidence_name(f->confidence));
	json_text(j, "title", f->title);
	document_process(j, "subject", m, f->subject);
	json_text(j, "subject_why", f->subject == PROCESS_NONE ? f->subject_why : NULL);
	json_array_begin(j, "others");
	array_each (&f->others, other)
		document_process(j, NULL, m, *other);
	if (f->other_end != PROCESS_NONE && f->other_end != f->subject)
		document_process(j, NULL, m, f->other_end);
	json_array_end(j);
	json_text(j, "peer", f->peer);
	json_text(j, "setting", f->setting);
	json_text(j, "listener", f->listener);
	json_u64(j, "count", f->count);
	json_double(j, "oldest_s", f->oldest_known ? (double)f->oldest_ms / 1e3 : (double)NAN);
	json_double(j, "oldest_max_s",
	            f->oldest_known && f->oldest_max_ms != UINT64_MAX ? (double)f->oldest_max_ms / 1e3 : (double)NAN);
	json_double(j, "growth_per_min", f->growth.known ? f->growth.per_min : (double)NAN);
	json_eta(j, f);
	json_budget(j, f);
	json_victims(j, m, f);
	json_text(j, "caused_by", f->caused_by);
	json_reasons(j, m, f);
	json_by_state(j, m, f);
	json_shown(j, g, f);
	json_object_end(j);
}

/* The words of the page for people, so that who shows this document has no others. */
static void json_shown_verdict(struct json *j, const struct check_ground *g)
{
	const struct moment *m = g->moment;
	TEXT_CLEANUP words = { 0 }, circumstances = { 0 }, comfort = { 0 }, unwatched = { 0 };

	verdict_words(&words, g);
	verdict_circumstances(&circumstances, m);
	if (verdict_time_wait_is_normal(g->judgement))
		states_comfort(&comfort, m);
	verdict_unwatched(&unwatched, m);
	json_object_begin(j, "shown");
	json_text(j, "verdict", words.bytes);
	json_text(j, "circumstances", circumstances.bytes);
	json_text(j, "states_note", comfort.bytes);
	json_text(j, "note", unwatched.bytes);
	json_object_begin(j, "states");
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++)
		json_text(j, state_json(s), state_people(s));
	json_object_end(j);
	json_object_begin(j, "states_meant");
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++)
		json_text(j, state_json(s), state_meaning(s));
	json_object_end(j);
	json_object_end(j);
}

void check_json(struct text *out, const struct check_ground *g)
{
	struct json j = JSON(out, true);

	document_begin(&j, "check", g->moment);
	json_text(&j, "verdict", verdict_name(g->judgement->verdict));
	json_states(&j, g->moment);
	json_array_begin(&j, "findings");
	array_each (&g->judgement->findings, f)
		check_json_finding(&j, g, f);
	json_array_end(&j);
	json_shown_verdict(&j, g);
	document_end(&j);
}
