#include "restart.h"
#include "folder.h"
#include "rows.h"
#include "sql.h"
#include <errno.h>

enum { RESTARTS_SINCE = 5 /* version of the history */, APART_MS = 2000 /* clocks are set */ };

static int read_one(sqlite3 *db, struct restart *r)
{
	struct sql_rows rows = sql_ask(db,
	                               "SELECT before_ms FROM program WHERE pid = ? AND abs(started_ms - ?) < ?"
	                               " ORDER BY started_ms DESC",
	                               "iii", (int64_t)r->pid, (int64_t)r->started_ms, (int64_t)APART_MS);

	r->known = sql_next(&rows);
	r->before_ms = r->known ? sql_u64(&rows, 0) : 0;
	return sql_end(&rows);
}

static int read_all(const char *path, struct restart *restarts, size_t count)
{
	sqlite3 *db = NULL;
	int err = rows_open(path, &db);

	if (!err && sql_number(db, "PRAGMA user_version", 0) < RESTARTS_SINCE)
		err = -ENOENT;
	for (size_t i = 0; i < count && !err; i++)
		err = read_one(db, &restarts[i]);
	sqlite3_close(db);
	return err;
}

int restarts_read(const char *folder, uint64_t now_ms, struct restart *restarts, size_t count)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	day_list days = { 0 };
	int err = folder_list(folder, arena, &days);
	const struct day_file *last = folder_last(&days, now_ms);

	if (!err)
		err = last ? read_all(last->path, restarts, count) : -ENOENT;
	array_free(&days);
	return err;
}
