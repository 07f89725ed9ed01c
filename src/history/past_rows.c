#include "past_rows.h"
#include "model/state.h"
#include "sql.h"

enum { AGES_SINCE = 3 }; /* version of the history */

static int64_t until(const struct history_request *q)
{
	return (int64_t)MIN(q->to_ms, (uint64_t)INT64_MAX);
}

/* The next word of the text, and behind it; NULL: there is none. Words longer than the room are cut. */
static const char *next_word(const char *s, char *word, size_t room)
{
	s += strspn(s, " ");
	size_t length = strcspn(s, " ,");

	snprintf(word, room, "%.*s", (int)MIN(length, room - 1), s);
	return length ? s + length : NULL;
}

/* "close_wait 283 established 160" */
static void parse_states(const char *s, uint32_t states[STATE_COUNT])
{
	char name[32], number[32];

	while ((s = next_word(s, name, sizeof(name))) && (s = next_word(s, number, sizeof(number))))
		states[state_parse(name)] = (uint32_t)strtoul(number, NULL, 10);
}

static int read_looks(sqlite3 *db, const struct history_request *q, struct chronicle *c)
{
	struct sql_rows r = sql_ask(db,
	                            "SELECT first_ms, last_ms, verdict, states FROM look"
	                            " WHERE last_ms >= ? AND first_ms <= ? ORDER BY first_ms",
	                            "ii", (int64_t)q->from_ms, until(q));

	while (sql_next(&r)) {
		struct chronicle_look *l = array_push(&c->past_looks);
		l->first_ms = sql_u64(&r, 0);
		l->last_ms = sql_u64(&r, 1);
		l->verdict = sql_text(&r, 2, c->moment->arena) ?: "unknown";
		parse_states((const char *)sqlite3_column_text(r.statement, 3) ?: "", l->states);
	}
	return sql_end(&r);
}

/* "close_wait 0 3 12,established 5": whatever stands there, nothing is written elsewhere. */
static void parse_ages(const char *s, struct chronicle_ages *ages)
{
	char word[32];

	while (s && *s) {
		s = next_word(s, word, sizeof(word));
		enum tcp_state state = state_parse(word);
		for (unsigned i = 0; s && *s == ' '; i++) {
			s = next_word(s, word, sizeof(word));
			if (i < AGE_CLASSES)
				ages->counts[state][i] = (uint32_t)strtoul(word, NULL, 10);
		}
		s = s && *s == ',' ? s + 1 : NULL;
	}
}

/* A file of an older unfin has none. */
static int read_ages(sqlite3 *db, const struct history_request *q, struct chronicle *c)
{
	if (sql_number(db, "PRAGMA user_version", 0) < AGES_SINCE)
		return 0;
	struct sql_rows r = sql_ask(db, "SELECT at_ms, ages FROM age WHERE at_ms BETWEEN ? AND ? ORDER BY at_ms", "ii",
	                            (int64_t)q->from_ms, until(q));
	while (sql_next(&r)) {
		struct chronicle_ages *ages = array_push(&c->past_ages);
		ages->at_ms = sql_u64(&r, 0);
		parse_ages((const char *)sqlite3_column_text(r.statement, 1) ?: "", ages);
	}
	return sql_end(&r);
}

static int read_moments(sqlite3 *db, const struct history_request *q, struct chronicle *c)
{
	struct sql_rows r = sql_ask(db, "SELECT at_ms, why FROM moment WHERE at_ms BETWEEN ? AND ? ORDER BY at_ms",
	                            "ii", (int64_t)q->from_ms, until(q));

	while (sql_next(&r))
		*array_push(&c->past_moments) =
		        (struct chronicle_moment){ sql_u64(&r, 0), sql_text(&r, 1, c->moment->arena) ?: "" };
	return sql_end(&r);
}

int past_read(sqlite3 *db, const struct history_request *q, struct chronicle *c)
{
	return read_looks(db, q, c) ?: read_ages(db, q, c) ?: read_moments(db, q, c);
}
