/* The questions, one a row. The filter that leaves out most stands first: healthy rows cost nothing. */
#include "question.h"
#include "base/clock.h"
#include "model/socket.h"
#include <ctype.h>
#include <inttypes.h>

static const uint64_t day_ms = 24ULL * 3600 * 1000;

/* :day, :minute and :from stand for `from_ms`, :until for `until_ms`, :old for UNFINISHED_MS, :established and its like
 * for a value with a name. By the day ClickHouse knows which files to read; suspects are ordered by ten minutes in it
 * (see hub/schema.c). What stands between :before and :then it reads first, and the other columns for what is left
 * alone; to SQLite all of it is one condition. */
#define OF_LOOKS ":before day >= :day AND at_ms >= :from AND (host_id, at_ms) IN (SELECT host_id, at_ms FROM asked)"

/* Flows that two ends were told of, both with the same sequence numbers: these two are joined, unless a third
 * end has their numbers under another flow, which a machine that was copied may have.
 * What was stored twice is left to the asker, who counts it once. */
#define JOINED                                                                                                         \
	"SELECT flow_id FROM suspects " OF_LOOKS " GROUP BY flow_id HAVING count(*) = 2 AND min(seq_id) != 0"          \
	" AND min(seq_id) = max(seq_id) AND (min(host_id) != max(host_id) OR min(netns) != max(netns)"                 \
	" OR min(cookie) != max(cookie))"
#define HEALTHY JOINED " AND sum(state = :established) = 2"

#define IS_DEBT_OF_SERVICES "state = :close_wait AND service IN (SELECT word FROM words)"
#define IS_VOTE             "state = :close_wait AND role = :client AND times_known = 1 AND age_basis = :exact"

#define OF_IDS                                                                                                         \
	OF_LOOKS " AND (flow_id IN (SELECT id FROM ids) OR seq_id IN (SELECT id FROM ids)"                             \
	         " OR (seq_unended != 0 AND seq_unended IN (SELECT id FROM ids)))"

static const struct question {
	enum row_class of;
	const char *text;   /* after FROM and the table */
	const char *counts; /* instead: what is counted; the answer is of count_rows */
} questions[] = {
	[ROW_ASKS_NEWEST] = { ROW_LOOK,
	                      "WHERE day >= :day AND at_ms >= :from AND at_ms <= :until ORDER BY at_ms DESC LIMIT 1" },
	[ROW_ASKS_LAST_LOOKS] = { ROW_LOOK,
	                          "WHERE day >= :day AND at_ms >= :from AND (host_id, at_ms) IN"
	                          " (SELECT host_id, max(at_ms) FROM looks WHERE day >= :day AND at_ms >= :from"
	                          " GROUP BY host_id)" },
	[ROW_ASKS_LOOKS] = { ROW_LOOK, "WHERE day >= :day AND at_ms >= :from" },
	[ROW_ASKS_HOSTS] = { ROW_HOST, "WHERE host_id != 0" },
	[ROW_ASKS_SUSPECTS] = { ROW_SUSPECT, OF_LOOKS },
	[ROW_ASKS_UNHEALTHY] = { ROW_SUSPECT, OF_LOOKS " :then flow_id NOT IN (" HEALTHY ")" },
	[ROW_COUNTS_HEALTHY] = { .counts = "SELECT min(flow_id) AS host_id, min(flow_id) AS at_ms, count(*) AS told"
	                                   " FROM (" HEALTHY ")" },
	[ROW_COUNTS_DEBTS] = { .counts = "SELECT host_id, at_ms, count(*) AS told FROM (SELECT DISTINCT host_id, at_ms,"
	                                 " flow_id, netns, cookie FROM suspects " OF_LOOKS " AND state = :close_wait"
	                                 " AND age_ms >= :old) GROUP BY host_id, at_ms" },
	[ROW_ASKS_OF_SERVICES] = { ROW_SUSPECT, OF_LOOKS " AND service IN (SELECT word FROM words)" },
	[ROW_ASKS_DEBTS_OF_SERVICES] = { ROW_SUSPECT, OF_LOOKS " AND " IS_DEBT_OF_SERVICES },
	[ROW_ASKS_VOTES] = { ROW_SUSPECT, OF_LOOKS " AND " IS_VOTE },
	[ROW_ASKS_UNJOINED] = { ROW_SUSPECT, OF_LOOKS " AND state IN (:established, :close_wait, :fin_wait2)"
	                                              " :then flow_id NOT IN (" JOINED ")" },
	[ROW_ASKS_OF_ENDS] = { ROW_SUSPECT, OF_LOOKS " AND (:ends)" },
	[ROW_ASKS_OF_IDS] = { ROW_SUSPECT, OF_IDS },
	[ROW_ASKS_OF_IDS_NO_DEBTS] = { ROW_SUSPECT, OF_IDS " :then NOT (" IS_DEBT_OF_SERVICES ")" },
	[ROW_ASKS_OF_IDS_NO_VOTES] = { ROW_SUSPECT, OF_IDS " :then NOT (" IS_VOTE ")" },
	[ROW_ASKS_OF_IDS_AT_HOSTS] = { ROW_SUSPECT,
	                               OF_LOOKS " AND ((flow_id, host_id) IN (SELECT id, host_id FROM ids)"
	                                        " OR (seq_id, host_id) IN (SELECT id, host_id FROM ids))" },
	[ROW_ASKS_PLACES] = { ROW_ENDPOINT, "WHERE day >= :day AND port = 0 AND scope = 1" },
	[ROW_ASKS_FINDINGS] = { ROW_FINDING, "WHERE updated_ms >= :from" },
	[ROW_ASKS_PORTS] = { ROW_ROLLUP, "WHERE day >= :day AND minute >= :minute AND ports_usable > 0"
	                                 " AND ports_used * 2 >= ports_usable" },
};

_Static_assert(ARRAY_SIZE(questions) == ROW_QUESTIONS, "a text each");

static const struct row_column count_columns[] = {
	{ "at_ms", ROW_U64, offsetof(struct count_row, at_ms) },
	{ "told", ROW_U64, offsetof(struct count_row, told) },
	{ 0 },
};
static const struct row_layout count_layout = { .bytes = sizeof(struct count_row), .columns = count_columns };

const struct row_layout *row_question_layout(enum row_question q)
{
	return questions[q].counts ? &count_layout : row_layout(questions[q].of);
}

/* Names of values: ClickHouse has them as words, SQLite as numbers. */
static const struct {
	const char *name, *word;
	unsigned number;
} values[] = {
	{ ":established", "'established'", STATE_ESTABLISHED },
	{ ":close_wait", "'close_wait'", STATE_CLOSE_WAIT },
	{ ":fin_wait2", "'fin_wait2'", STATE_FIN_WAIT2 },
	{ ":client", "'client'", ROW_ROLE_CLIENT },
	{ ":exact", "'exact'", AGE_EXACT },
};

static void add_end(struct text *sql, const struct endpoint *e)
{
	static const char *const sides[] = { "l", "r" };

	for (size_t i = 0; i < ARRAY_SIZE(sides); i++) {
		text_printf(sql, "%s%sport = %u AND hex(%saddr) = '", i ? " OR " : "", sides[i], e->port, sides[i]);
		for (size_t at = 0; at < sizeof(e->addr.bytes); at++)
			text_printf(sql, "%02X", e->addr.bytes[at]);
		text_add_char(sql, '\'');
	}
}

static void add_ends(struct text *sql, const struct row_asked *asked)
{
	for (size_t i = 0; i < asked->end_count; i++) {
		text_add(sql, i ? " AND (" : "(");
		add_end(sql, &asked->ends[i]);
		text_add_char(sql, ')');
	}
}

static void add_number_or_word(struct text *sql, size_t value, enum row_dialect d)
{
	if (d == ROW_CLICKHOUSE)
		text_add(sql, values[value].word);
	else
		text_add_u64(sql, values[value].number);
}

/* A day is a number to SQLite and a Date to ClickHouse. */
static void add_word(struct text *sql, const char *name, const struct row_asked *asked, enum row_dialect d)
{
	if (starts_with(name, ":day"))
		text_printf(sql, d == ROW_CLICKHOUSE ? "toDate(%" PRIu64 ")" : "%" PRIu64, asked->from_ms / day_ms);
	else if (starts_with(name, ":minute"))
		text_add_u64(sql, asked->from_ms / (60 * MS_PER_S));
	else if (starts_with(name, ":from"))
		text_add_u64(sql, asked->from_ms);
	else if (starts_with(name, ":until"))
		text_add_u64(sql, asked->until_ms);
	else if (starts_with(name, ":old"))
		text_add_u64(sql, UNFINISHED_MS);
	else if (starts_with(name, ":before"))
		text_add(sql, d == ROW_CLICKHOUSE ? "PREWHERE" : "WHERE");
	else if (starts_with(name, ":then"))
		text_add(sql, d == ROW_CLICKHOUSE ? "WHERE" : "AND");
	else if (starts_with(name, ":ends"))
		add_ends(sql, asked);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		if (starts_with(name, values[i].name))
			add_number_or_word(sql, i, d);
}

static void add_text(struct text *sql, const char *text, const struct row_asked *asked, enum row_dialect d)
{
	for (const char *at = text; *at;) {
		if (*at != ':') {
			text_add_char(sql, *at++);
			continue;
		}
		add_word(sql, at, asked, d);
		for (at++; islower((unsigned char)*at) || *at == '_' || *at == '2';)
			at++;
	}
}

void row_question_add(struct text *sql, const struct row_asked *asked, enum row_dialect d)
{
	const struct question *q = &questions[asked->what];
	const char *quote = d == ROW_CLICKHOUSE ? "`" : "\"";

	text_add(sql, "SELECT host_id");
	for (const struct row_column *c = row_question_layout(asked->what)->columns; c->name; c++)
		text_printf(sql, ", %s%s%s", quote, c->name, quote);
	text_add(sql, " FROM ");
	if (q->counts) {
		text_add_char(sql, '(');
		add_text(sql, q->counts, asked, d);
		text_add_char(sql, ')');
		return;
	}
	text_printf(sql, "%s ", row_layout(q->of)->table);
	add_text(sql, q->text, asked, d);
}
