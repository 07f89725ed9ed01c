/* Reading figures back. */
#include "figures.h"
#include "sql.h"

static const char *text_or_null(const struct sql_rows *r, int column, struct arena *arena)
{
	const char *text = sql_text(r, column, arena);

	return text && *text ? text : NULL;
}

static struct figure *take_figure(const struct sql_rows *r, struct chronicle *c)
{
	struct arena *arena = c->moment->arena;
	uint64_t kind = sql_u64(r, 1);

	if (kind >= FIGURE_KINDS)
		return NULL;
	struct figure *f = array_push(&c->figures);
	*f = (struct figure){
		.kind = (enum figure_kind)kind,
		.netns = text_or_null(r, 2, arena),
		.program = text_or_null(r, 3, arena),
		.side = text_or_null(r, 4, arena),
		.end = text_or_null(r, 5, arena),
		.what = sql_text(r, 6, arena) ?: "",
	};
	return f;
}

int figures_read(sqlite3 *db, uint64_t from_ms, uint64_t to_ms, struct chronicle *c)
{
	/* What holds at the beginning stands before it. */
	struct sql_rows r = sql_ask(db,
	                            "SELECT figure, kind, netns, program, side, \"end\", what, at_ms, value,"
	                            " \"limit\", oldest_ms, unread FROM figure JOIN reading AS r USING (figure)"
	                            " WHERE at_ms <= ? AND at_ms >= coalesce((SELECT max(at_ms) FROM reading AS e"
	                            "  WHERE e.figure = r.figure AND e.at_ms <= ? AND kind <> ?), ?)"
	                            " ORDER BY figure, at_ms",
	                            "iiii", (int64_t)MIN(to_ms, (uint64_t)INT64_MAX), (int64_t)from_ms,
	                            (int64_t)FIGURE_COUNT, (int64_t)from_ms);
	uint64_t last = 0;
	struct figure *f = NULL;

	while (sql_next(&r)) {
		uint64_t row = sql_u64(&r, 0);
		f = row == last ? f : take_figure(&r, c);
		last = row;
		if (f)
			*array_push(&f->points) = (struct figure_point){ sql_u64(&r, 7), sql_u64(&r, 8), sql_u64(&r, 9),
				                                         sql_u64(&r, 10), sql_u64(&r, 11) };
	}
	return sql_end(&r);
}
