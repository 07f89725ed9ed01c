/* SQLite in two calls: one to change, one to ask. Statements are ours, values are always bound. */
#pragma once
#include "base/text.h"
#include <sqlite3.h>

/* -ENOMEM, -ENOSPC (disk full), -EACCES, -EROFS, -EBADMSG (damaged), -EAGAIN (locked), -EIO. 0 if there was none. */
int sql_error(sqlite3 *db);
/* The same file by the real path of its folder: SQLITE_OPEN_NOFOLLOW refuses a link anywhere in a path, and only the
 * file itself must be none. systemd makes a link of the folder of a user that exists while his service runs. */
void sql_path(const char *path, struct text *ret);
/* One or several statements without values. */
int sql_run(sqlite3 *db, const char *sql);

/* One statement with its values, a letter each: 't' const char * (NULL: null), 'i' int64_t, 'b' const struct text *
 * (a blob). 0 or -errno. */
int sql_do(sqlite3 *db, const char *sql, const char *kinds, ...);

/* The same for a question: sql_next() gives its rows, and sql_end() frees it. Columns are read with sqlite3_column_…
 * and the two below. */
struct sql_rows {
	sqlite3 *db;
	sqlite3_stmt *statement;
	int err;
};

struct sql_rows sql_ask(sqlite3 *db, const char *sql, const char *kinds, ...);
bool sql_next(struct sql_rows *r);
/* 0 or -errno of asking. */
int sql_end(struct sql_rows *r);

/* NULL for null. */
struct arena;
const char *sql_text(const struct sql_rows *r, int column, struct arena *arena);
/* 0 for null, and for what is negative. */
uint64_t sql_u64(const struct sql_rows *r, int column);
/* One number; `otherwise` if there is no row, or none could be read. */
int64_t sql_number(sqlite3 *db, const char *sql, int64_t otherwise);
