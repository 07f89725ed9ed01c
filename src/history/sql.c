#include "sql.h"
#include "base/arena.h"
#include "base/memory.h"
#include <errno.h>
#include <stdarg.h>

int sql_error(sqlite3 *db)
{
	switch (sqlite3_extended_errcode(db) & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EAGAIN;
	default:
		return -EIO;
	}
}

void sql_path(const char *path, struct text *ret)
{
	const char *slash = strrchr(path, '/');
	cleanup(cleanup_free) char *folder =
	        slash ? memory_strndup(path, (size_t)(slash - path + 1)) : memory_strdup(".");
	cleanup(cleanup_free) char *real = realpath(folder, NULL);

	if (real)
		text_printf(ret, "%s/%s", real, slash ? slash + 1 : path);
	else
		text_add(ret, path);
}

int sql_run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : sql_error(db) ?: -EIO;
}

static void bind_one(sqlite3_stmt *s, int at, char kind, va_list *values)
{
	const char *words;
	const struct text *bytes;

	switch (kind) {
	case 't':
		words = va_arg(*values, const char *);
		if (words)
			sqlite3_bind_text(s, at, words, -1, SQLITE_TRANSIENT);
		break;
	case 'b':
		bytes = va_arg(*values, const struct text *);
		sqlite3_bind_blob64(s, at, bytes->bytes, bytes->length, SQLITE_TRANSIENT);
		break;
	default:
		sqlite3_bind_int64(s, at, va_arg(*values, int64_t));
	}
}

static int prepare(sqlite3 *db, const char *sql, const char *kinds, va_list *values, sqlite3_stmt **ret)
{
	if (sqlite3_prepare_v2(db, sql, -1, ret, NULL) != SQLITE_OK)
		return sql_error(db) ?: -EIO;
	for (int at = 1; *kinds; at++)
		bind_one(*ret, at, *kinds++, values);
	return 0;
}

int sql_do(sqlite3 *db, const char *sql, const char *kinds, ...)
{
	sqlite3_stmt *s = NULL;
	va_list values;

	va_start(values, kinds);
	int err = prepare(db, sql, kinds, &values, &s);
	va_end(values);
	if (!err && sqlite3_step(s) != SQLITE_DONE)
		err = sql_error(db) ?: -EIO;
	sqlite3_finalize(s);
	return err;
}

struct sql_rows sql_ask(sqlite3 *db, const char *sql, const char *kinds, ...)
{
	struct sql_rows r = { .db = db };
	va_list values;

	va_start(values, kinds);
	r.err = prepare(db, sql, kinds, &values, &r.statement);
	va_end(values);
	return r;
}

bool sql_next(struct sql_rows *r)
{
	int step = r->err ? SQLITE_DONE : sqlite3_step(r->statement);

	if (step == SQLITE_ROW)
		return true;
	if (!r->err && step != SQLITE_DONE)
		r->err = sql_error(r->db) ?: -EIO;
	return false;
}

int sql_end(struct sql_rows *r)
{
	sqlite3_finalize(r->statement);
	return r->err;
}

const char *sql_text(const struct sql_rows *r, int column, struct arena *arena)
{
	const unsigned char *words = sqlite3_column_text(r->statement, column);

	return words ? arena_strdup(arena, (const char *)words) : NULL;
}

uint64_t sql_u64(const struct sql_rows *r, int column)
{
	int64_t value = sqlite3_column_int64(r->statement, column);

	return value > 0 ? (uint64_t)value : 0;
}

int64_t sql_number(sqlite3 *db, const char *sql, int64_t otherwise)
{
	struct sql_rows r = sql_ask(db, sql, "");
	int64_t value = otherwise;

	if (sql_next(&r))
		value = sqlite3_column_int64(r.statement, 0);
	sql_end(&r);
	return value;
}
