/* The findings of a span of time, one a row: for people with times and durations as they say them. */
#include "base/format.h"
#include "history.h"
#include <inttypes.h>

struct life_rows {
	const struct chronicle *chronicle;
	size_t at;
	bool people; /* times and durations as people say them */
	struct text began, ended, subject, after;
};

static void rows_free(struct life_rows *r)
{
	text_free(&r->began);
	text_free(&r->ended);
	text_free(&r->subject);
	text_free(&r->after);
}

void history_subject(struct text *t, const struct life *l)
{
	if (l->subject_known)
		process_format(t, &l->subject);
	else
		text_add(t, l->setting || l->listener || l->peer ? "" : l->netns ?: "-");
	if (l->setting)
		text_printf(t, "%s%s", t->length ? " " : "", l->setting);
	if (l->listener)
		text_printf(t, "%son %s", t->length ? " " : "", l->listener);
	if (l->peer)
		text_printf(t, "%sto %s", t->length ? " " : "", l->peer);
}

/* To the second: looks are seldom closer than that. */
static void add_time(struct text *t, uint64_t unix_ms)
{
	TEXT_CLEANUP whole = { 0 };

	format_rfc3339(&whole, unix_ms);
	text_printf(t, "%.10s %.8sZ", whole.bytes, whole.bytes + 11);
}

static void add_ended(struct life_rows *r, const struct life *l)
{
	uint64_t end_ms = l->ended_ms ?: r->chronicle->last_look_ms;

	text_add(&r->ended, l->ended_ms ? "after " : "open");
	if (end_ms > l->first_ms) {
		text_add(&r->ended, l->ended_ms ? "" : ", ");
		format_duration(&r->ended, end_ms - l->first_ms);
	} else {
		text_add(&r->ended, l->ended_ms ? "one look" : ", just begun");
	}
	if (l->openings > 1)
		text_printf(&r->ended, ", %" PRIu32 " times", l->openings);
}

static void add_release(struct text *t, const struct life *l)
{
	if (!l->releases.count)
		return;
	const struct release *last = &l->releases.items[l->releases.count - 1];

	text_add_shown(t, last->program);
	text_printf(t, " with %s, ", last->what);
	add_time(t, last->at_ms);
}

static bool next_row(void *state, struct value *values)
{
	struct life_rows *r = state;

	if (r->at == r->chronicle->lives.count)
		return false;
	const struct life *l = &r->chronicle->lives.items[r->at++];
	r->began.length = r->ended.length = r->subject.length = r->after.length = 0;
	text_add(&r->began, r->people && l->before ? "before " : "");
	if (r->people)
		add_time(&r->began, l->first_ms);
	else
		format_rfc3339(&r->began, l->first_ms);
	if (r->people)
		add_ended(r, l);
	else if (l->ended_ms)
		format_rfc3339(&r->ended, l->ended_ms);
	history_subject(&r->subject, l);
	add_release(&r->after, l);
	values[0] = value_text(severity_name(l->highest));
	values[1] = value_text(l->id);
	values[2] = value_text(r->began.bytes);
	values[3] = value_text(r->ended.length ? r->ended.bytes : NULL);
	values[4] = value_number(l->count_max);
	values[5] = value_text(r->subject.bytes);
	values[6] = value_text(r->after.length ? r->after.bytes : NULL);
	values[7] = value_text(l->key);
	return true;
}

/* "Open" is what the last look saw: who has ended since, nobody knows. */
static void add_silence(struct text *t, const struct chronicle *c)
{
	uint64_t late_ms = MAX(3 * c->interval_ms, (uint64_t)60 * MS_PER_S);

	if (c->to_ms < c->last_look_ms + late_ms)
		return;
	text_add(t, "nobody has looked for ");
	format_duration(t, c->to_ms - c->last_look_ms);
	text_add(t, ": what is open here was so then (unfin agent looks on)\n");
}

static void add_span(struct text *t, const struct chronicle *c)
{
	if (!c->looks) {
		text_add(t, "nobody looked in that time: the agent did not run (unfin agent starts it)\n");
		return;
	}
	text_printf(t, "%s%" PRIu64 " look%s ", c->lives.count ? "" : "no finding in ", c->looks,
	            c->looks == 1 ? ", at" : "s from");
	add_time(t, c->first_look_ms);
	if (c->looks > 1) {
		text_add(t, " to ");
		add_time(t, c->last_look_ms);
	}
	text_add(t, ", now every ");
	format_duration(t, c->interval_ms);
	if (c->blind_ms) {
		text_add(t, "; for ");
		format_duration(t, c->blind_ms);
		text_add(t, " of it nobody looked");
	}
	text_add_char(t, '\n');
	add_silence(t, c);
}

static void add_notes(struct text *t, const struct chronicle *c)
{
	array_each (&c->notes, n) {
		add_time(t, n->at_ms);
		text_add(t, ": ");
		text_add_shown(t, n->what);
		text_add_char(t, '\n');
	}
	if (c->lives.count)
		text_add(t, "one of them in full: unfin history 'KEY or a part of it' (-o wide shows keys)\n");
}

int history_rows(int fd, const struct chronicle *c, sheet_writer *write, const struct page_style *style)
{
	static const struct sheet_column columns[] = {
		{ "highest", "Worst", false },  { "id", "Finding", false },    { "first_at", "Began", false },
		{ "ended_at", "Ended", false }, { "count_max", "Most", true }, { "subject", "Who", false },
		{ "release", "After", false },  { "key", "Key", false },
	};
	bool people = write == sheet_table || write == sheet_md;
	cleanup(rows_free) struct life_rows r = { .chronicle = c, .people = people };
	struct sheet s = {
		.schema = "history",
		.rows = "findings",
		.moment = c->moment,
		.columns = columns,
		.width = people && !style->columns ? ARRAY_SIZE(columns) : ARRAY_SIZE(columns) - people,
		.next = next_row,
		.state = &r,
		.cell = { .color = style->color },
	};
	TEXT_CLEANUP t = { 0 };

	if (people)
		add_span(&t, c);
	int err = text_flush(&t, fd);
	if (!err && (c->lives.count || !people))
		err = write(&s, fd);
	if (people)
		add_notes(&t, c);
	return err ?: text_flush(&t, fd);
}
