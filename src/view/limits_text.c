/* For people: the nearest to its limit first; what is hardly used at all is counted, not shown. */
#include "base/format.h"
#include "forecast.h"
#include "limits.h"

enum { HARDLY_PERCENT = 1, ROWS_LEAST = 8 };

struct rows {
	const struct limits *limits;
	size_t at, end;
	struct text share, used, limit, subject, ends;
};

static void rows_free(struct rows *r)
{
	text_free(&r->share);
	text_free(&r->used);
	text_free(&r->limit);
	text_free(&r->subject);
	text_free(&r->ends);
}

static bool next_row(void *state, struct value *values)
{
	struct rows *r = state;

	if (r->at == r->end)
		return false;
	const struct limit *l = &r->limits->rows.items[r->at++];
	r->share.length = r->used.length = r->limit.length = r->subject.length = r->ends.length = 0;
	text_printf(&r->share, "%llu%%", (unsigned long long)(l->limit ? l->used * 100 / l->limit : 100));
	format_count(&r->used, l->used);
	format_count(&r->limit, l->limit);
	limit_subject(&r->subject, r->limits->moment, l);
	if (l->kind == LIMIT_DESCRIPTORS)
		process_add_place(&r->subject, &r->limits->moment->processes.items[l->process]);
	forecast_text(&r->ends, &l->forecast);
	values[0] = value_text(r->share.bytes);
	values[1] = value_text(r->used.bytes);
	values[2] = value_text(r->limit.bytes);
	values[3] = value_text(limit_id(l->kind));
	values[4] = value_text(r->subject.bytes);
	values[5] = value_text(r->ends.bytes);
	values[6] = value_text(limit_setting(l->kind));
	return true;
}

/* Rows are sorted by their share: how many are worth showing? */
static size_t worth_showing(const struct limits *limits, bool all)
{
	size_t count = 0;

	while (count < limits->rows.count) {
		const struct limit *l = &limits->rows.items[count];
		if (!all && count >= ROWS_LEAST && l->used * 100 < l->limit * HARDLY_PERCENT)
			break;
		count++;
	}
	return count;
}

static void add_reasons(struct text *t, const struct limits *limits, size_t shown)
{
	const char *why = NULL;

	for (size_t i = 0; i < shown; i++)
		if (limits->rows.items[i].kind != LIMIT_QUEUE)
			why = why ?: limits->rows.items[i].forecast.why;
	if (limits->rows.count > shown)
		text_printf(t, "and %zu more of which less than %d%% is used: -o wide shows them\n",
		            limits->rows.count - shown, HARDLY_PERCENT);
	if (why)
		text_printf(t, "when they end: %s\n", why);
}

int limits_text(int fd, const struct limits *limits, sheet_writer *write, bool all)
{
	static const struct sheet_column columns[] = {
		{ "share", "Use", true },        { "used", "Used", true },      { "limit", "Limit", true },
		{ "id", "Limit of", false },     { "subject", "Whose", false }, { "ends", "Ends", false },
		{ "setting", "Setting", false },
	};
	cleanup(rows_free) struct rows r = { .limits = limits, .end = worth_showing(limits, all) };
	struct sheet s = { .columns = columns, .width = ARRAY_SIZE(columns), .next = next_row, .state = &r };
	TEXT_CLEANUP t = { 0 };

	text_add(&t, write == sheet_md ? "\n" : "");
	add_reasons(&t, limits, r.end);
	return write(&s, fd) ?: text_flush(&t, fd);
}
