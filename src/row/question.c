/* The questions, one a row. The filter that leaves out most stands first: healthy rows cost nothing. */
#include "question.h"
#include "base/clock.h"
#include <inttypes.h>

static const uint64_t day_ms = 24ULL * 3600 * 1000;

/* :day, :minute and :from stand for `from_ms`. By the day ClickHouse knows which files to read; suspects are ordered by
 * ten minutes in it (see hub/schema.c). */
static const struct question {
	enum row_class of;
	const char *text;
} questions[] = {
	[ROW_ASKS_NEWEST] = { ROW_LOOK, "day = (SELECT max(day) FROM looks) ORDER BY at_ms DESC LIMIT 1" },
	[ROW_ASKS_LAST_LOOKS] = { ROW_LOOK,
	                          "day >= :day AND at_ms >= :from AND (host_id, at_ms) IN"
	                          " (SELECT host_id, max(at_ms) FROM looks WHERE day >= :day AND at_ms >= :from"
	                          " GROUP BY host_id)" },
	[ROW_ASKS_LOOKS] = { ROW_LOOK, "day >= :day AND at_ms >= :from" },
	[ROW_ASKS_HOSTS] = { ROW_HOST, "host_id != 0" },
	[ROW_ASKS_SUSPECTS] = { ROW_SUSPECT, "day >= :day AND at_ms >= :from AND"
	                                     " (host_id, at_ms) IN (SELECT host_id, at_ms FROM asked)" },
	[ROW_ASKS_PLACES] = { ROW_ENDPOINT, "day >= :day AND port = 0 AND scope = 1" },
	[ROW_ASKS_FINDINGS] = { ROW_FINDING, "updated_ms >= :from" },
	[ROW_ASKS_PORTS] = { ROW_ROLLUP, "day >= :day AND minute >= :minute AND ports_usable > 0"
	                                 " AND ports_used * 2 >= ports_usable" },
};

_Static_assert(ARRAY_SIZE(questions) == ROW_QUESTIONS, "a text each");

enum row_class row_question_class(enum row_question q)
{
	return questions[q].of;
}

/* A day is a number to SQLite and a Date to ClickHouse. */
static const char *add_value(struct text *sql, const char *name, uint64_t from_ms, enum row_dialect d)
{
	if (starts_with(name, ":day")) {
		text_printf(sql, d == ROW_CLICKHOUSE ? "toDate(%" PRIu64 ")" : "%" PRIu64, from_ms / day_ms);
		return name + strlen(":day");
	}
	if (starts_with(name, ":minute")) {
		text_add_u64(sql, from_ms / (60 * MS_PER_S));
		return name + strlen(":minute");
	}
	text_add_u64(sql, from_ms);
	return name + strlen(":from");
}

void row_question_add(struct text *sql, const struct row_asked *asked, enum row_dialect d)
{
	const struct question *q = &questions[asked->what];
	const struct row_layout *l = row_layout(q->of);
	const char *quote = d == ROW_CLICKHOUSE ? "`" : "\"";

	text_add(sql, "SELECT host_id");
	for (const struct row_column *c = l->columns; c->name; c++)
		text_printf(sql, ", %s%s%s", quote, c->name, quote);
	text_printf(sql, " FROM %s WHERE ", l->table);
	for (const char *at = q->text; *at;) {
		if (*at == ':')
			at = add_value(sql, at, asked->from_ms, d);
		else
			text_add_char(sql, *at++);
	}
}
