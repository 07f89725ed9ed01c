/* One transaction; the file appears whole or not at all. */
#include "kept.h"
#include "redact.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>

struct writer {
	sqlite3 *db;
	struct redactor *redactor; /* NULL: nothing is hidden */
	uint64_t sum;
	struct text scratch;
};

static int run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : -EIO;
}

static void bind(sqlite3_stmt *insert, int at, const struct kept_value *v)
{
	switch (v->is) {
	case KEPT_IS_NUMBER:
		sqlite3_bind_int64(insert, at, v->number);
		break;
	case KEPT_IS_TEXT:
		sqlite3_bind_text(insert, at, v->bytes, (int)v->length, SQLITE_TRANSIENT);
		break;
	case KEPT_IS_BYTES:
		sqlite3_bind_blob(insert, at, v->bytes, (int)v->length, SQLITE_TRANSIENT);
		break;
	case KEPT_IS_NULL:
		sqlite3_bind_null(insert, at);
		break;
	}
}

static int write_row(struct writer *w, const struct kept_table *t, sqlite3_stmt *insert, const void *item)
{
	for (const struct kept_column *c = t->columns; c->name; c++) {
		struct kept_value v = kept_get(c, item, &w->scratch);
		if (w->redactor)
			v = redact(w->redactor, c, item, &v, &w->scratch);
		w->sum = kept_value_sum(w->sum, &v);
		bind(insert, (int)(c - t->columns) + 1, &v);
	}
	if (sqlite3_step(insert) != SQLITE_DONE)
		return -EIO;
	sqlite3_reset(insert);
	return 0;
}

/* CREATE TABLE socket ("state", …), and INSERT INTO socket VALUES (?, …). */
static int table_prepare(sqlite3 *db, const struct kept_table *t, sqlite3_stmt **ret)
{
	TEXT_CLEANUP create = { 0 };
	TEXT_CLEANUP insert = { 0 };

	for (const struct kept_column *c = t->columns; c->name; c++) {
		text_printf(&create, "%s\"%s\"", create.length ? ", " : "", c->name);
		text_add(&insert, insert.length ? ", ?" : "?");
	}
	cleanup(cleanup_free) char *sql = NULL;
	if (asprintf(&sql, "CREATE TABLE %s (%s)", t->name, create.bytes) < 0 || run(db, sql))
		return -EIO;
	free(take_ptr(sql));
	if (asprintf(&sql, "INSERT INTO %s VALUES (%s)", t->name, insert.bytes) < 0)
		return -EIO;
	return sqlite3_prepare_v2(db, sql, -1, ret, NULL) == SQLITE_OK ? 0 : -EIO;
}

static int write_table(struct writer *w, const struct kept_table *t, const struct moment *m)
{
	struct {
		const char *items;
		size_t count, room;
	} array = { (const char *)m, 1, 1 };
	sqlite3_stmt *insert = NULL;
	int err = table_prepare(w->db, t, &insert);

	if (t->array_offset != KEPT_ONE)
		memcpy(&array, (const char *)m + t->array_offset, sizeof(array));
	for (size_t i = 0; !err && i < array.count; i++)
		err = write_row(w, t, insert, array.items + i * t->item_bytes);
	sqlite3_finalize(insert);
	return err;
}

static int write_all(struct writer *w, const struct moment *m)
{
	char sql[160];
	int err = run(w->db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");

	w->sum = KEPT_SUM_START;
	for (const struct kept_table *t = kept_tables(); !err && t->name; t++)
		err = write_table(w, t, m);
	if (err)
		return err;
	snprintf(sql, sizeof(sql),
	         "CREATE TABLE kept (checksum); INSERT INTO kept VALUES ('%016llx'); COMMIT;"
	         "PRAGMA application_id = %d; PRAGMA user_version = %d",
	         (unsigned long long)w->sum, KEPT_APPLICATION, KEPT_FORMAT);
	return run(w->db, sql);
}

static int tell(int err, const char *path, struct arena *arena, struct gap *ret_why)
{
	const char *mend = err == -EEXIST ? "choose another name, or remove the file first" : NULL;

	*ret_why = (struct gap){ arena_printf(arena, "%s", path), arena_strdup(arena, strerror(-err)), mend };
	return err;
}

int kept_write(const struct moment *m, const char *path, bool redact, struct arena *arena, struct gap *ret_why)
{
	struct writer w = { 0 };
	/* Created here, so that it is never open to others, not even for a moment. */
	cleanup(cleanup_close) int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0)
		return tell(-errno, path, arena, ret_why);
	if (redact)
		w.redactor = redactor_new();
	int err = sqlite3_open_v2(path, &w.db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK ? write_all(&w, m) : -EIO;
	if (sqlite3_close(w.db) != SQLITE_OK && !err)
		err = -EIO;
	if (!err && fsync(fd))
		err = -errno;
	redactor_free(w.redactor);
	text_free(&w.scratch);
	if (!err)
		return 0;
	unlink(path);
	return tell(err, path, arena, ret_why);
}
