/* Moments are the most of a history, and one is much like the next. Before a day goes as a whole, with its findings,
 * the days before today lose every second one: the oldest days first, and of a day those first that were kept by the
 * clock. */
#include "folder.h"
#include "sql.h"
#include "store_rows.h"

enum { MOMENTS_LEAST = 12 /* of a day */, GIVES_BACK = 2 /* auto_vacuum: files of before do not */ };

#define BY_THE_CLOCK "why = '" STORE_BY_THE_CLOCK "'"

/* Bytes that it takes less now; 0: nothing was to be had. */
static uint64_t thin(struct day_file *d)
{
	sqlite3 *db = NULL;
	int err = store_open_file(d->path, &db);

	if (!err && sql_number(db, "PRAGMA auto_vacuum", 0) == GIVES_BACK &&
	    sql_number(db, "SELECT count(*) FROM moment", 0) > MOMENTS_LEAST)
		err = sql_do(db,
		             "DELETE FROM moment WHERE at_ms IN (SELECT at_ms FROM"
		             " (SELECT at_ms, row_number() OVER (ORDER BY at_ms) AS number FROM moment"
		             "  WHERE " BY_THE_CLOCK " OR"
		             "  (SELECT count(*) FROM moment WHERE " BY_THE_CLOCK ") <= ?) WHERE number % 2 = 0)",
		             "i", (int64_t)MOMENTS_LEAST);
	err = err ?: sql_run(db, "DELETE FROM piece WHERE at_ms NOT IN (SELECT at_ms FROM moment)");
	if (!err)
		sql_run(db, "PRAGMA incremental_vacuum");
	store_close_file(db);
	uint64_t was = d->bytes;
	d->bytes = folder_bytes(d->path);
	return was > d->bytes ? was - d->bytes : 0;
}

void store_thin(const struct store *s)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	day_list days = { 0 };
	uint64_t all = 0, gained = 1;

	folder_list(s->folder, arena, &days);
	array_each (&days, d)
		all += d->bytes;
	while (gained && all > s->limits.bytes) {
		gained = 0;
		array_each (&days, d)
			if (all - gained > s->limits.bytes && strcmp(d->name, s->day) < 0)
				gained += thin(d);
		all -= gained;
	}
	array_free(&days);
}
