/* Numbers over time: a row where one has moved. What is in a file from before, and nobody follows any longer, comes to
 * nothing with the first look that is written into it again. */
#include "sql.h"
#include "store_rows.h"

static int64_t row_of(struct store *s, const struct figure *f)
{
	struct sql_rows rows = sql_ask(s->db,
	                               "SELECT figure FROM figure WHERE kind = ? AND netns = ? AND program = ?"
	                               " AND side = ? AND \"end\" = ? AND what = ?",
	                               "ittttt", (int64_t)f->kind, f->netns ?: "", f->program ?: "", f->side ?: "",
	                               f->end ?: "", f->what);
	int64_t row = sql_next(&rows) ? (int64_t)sql_u64(&rows, 0) : 0;

	sql_end(&rows);
	return row;
}

static int add_reading(struct store *s, const struct figure *f, const struct figure_point *p, uint64_t at_ms)
{
	int err = sql_do(s->db, "INSERT OR IGNORE INTO figure VALUES (NULL, ?, ?, ?, ?, ?, ?)", "ittttt",
	                 (int64_t)f->kind, f->netns ?: "", f->program ?: "", f->side ?: "", f->end ?: "", f->what);

	return err
	               ?: sql_do(s->db, "INSERT OR REPLACE INTO reading VALUES (?, ?, ?, ?, ?, ?)", "iiiiii",
	                         row_of(s, f), (int64_t)at_ms, (int64_t)p->value, (int64_t)p->limit,
	                         (int64_t)p->oldest_ms, (int64_t)p->unread);
}

static bool is_due(const struct store *s, const struct figure_reading *r)
{
	return r->changed || (s->fresh && r->is->kind != FIGURE_COUNT && r->now.value);
}

static int end_others(struct store *s, uint64_t at_ms)
{
	if (!s->entering)
		return 0;
	return sql_do(s->db,
	              "INSERT OR IGNORE INTO reading SELECT figure, ?, 0, 0, 0, 0 FROM"
	              " (SELECT figure, value, max(at_ms) AS last FROM reading JOIN figure USING (figure)"
	              "  WHERE kind <> ? GROUP BY figure) WHERE value > 0 AND last < ?",
	              "iii", (int64_t)at_ms, (int64_t)FIGURE_COUNT, (int64_t)at_ms);
}

int store_add_figures(struct store *s, const struct cycle *c)
{
	int err = 0;

	for (size_t i = 0; i < c->reading_count && !err; i++) {
		const struct figure_reading *r = &c->readings[i];
		if (is_due(s, r))
			err = add_reading(s, r->is, &r->now, r->changed ? r->now.at_ms : c->at_ms);
	}
	return err ?: end_others(s, c->at_ms);
}
