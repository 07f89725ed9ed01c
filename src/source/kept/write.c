/* The database is made in memory, and the file from its bytes: it appears whole or not at all. In a folder of its own
 * the agent has it made in the file itself. */
#include "kept.h"
#include "image.h"
#include "lines.h"
#include "redact.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

struct writer {
	sqlite3 *db;
	struct redactor *redactor; /* NULL: nothing is hidden */
	struct kept_lines lines;   /* of the moment */
	uint64_t sum;
	struct text scratch;
};

static int error_of(sqlite3 *db)
{
	int code = sqlite3_errcode(db);

	return code == SQLITE_NOMEM ? -ENOMEM : code == SQLITE_FULL || code == SQLITE_TOOBIG ? -EFBIG : -EIO;
}

static int kept_run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : error_of(db);
}

/* What is in the moment stays while the row is written; what is made for a column does not. */
static int bind(const struct writer *w, sqlite3_stmt *insert, int at, const struct kept_value *v)
{
	bool stays = !w->redactor && v->bytes != w->scratch.bytes;

	switch (v->is) {
	case KEPT_IS_NUMBER:
		return sqlite3_bind_int64(insert, at, v->number);
	case KEPT_IS_TEXT:
		return sqlite3_bind_text(insert, at, v->bytes, (int)v->length,
		                         stays ? SQLITE_STATIC : SQLITE_TRANSIENT);
	case KEPT_IS_BYTES:
		return sqlite3_bind_blob(insert, at, v->bytes, (int)v->length,
		                         stays ? SQLITE_STATIC : SQLITE_TRANSIENT);
	default:
		return sqlite3_bind_null(insert, at);
	}
}

static int write_row(struct writer *w, const struct kept_table *t, sqlite3_stmt *insert, const void *item)
{
	for (const struct kept_column *c = t->columns; c->name; c++) {
		struct kept_value v = kept_get(c, item, &w->scratch);
		if (w->redactor)
			v = redact(w->redactor, c, item, &v, &w->scratch);
		w->sum = kept_value_sum(w->sum, &v);
		if (bind(w, insert, (int)(c - t->columns) + 1, &v) != SQLITE_OK)
			return error_of(w->db);
	}
	if (sqlite3_step(insert) != SQLITE_DONE)
		return error_of(w->db);
	sqlite3_reset(insert);
	return 0;
}

/* INSERT INTO socket VALUES (?, …). */
static int table_prepare(sqlite3 *db, const struct kept_table *t, sqlite3_stmt **ret)
{
	TEXT_CLEANUP create = { 0 };
	TEXT_CLEANUP insert = { 0 };

	kept_create_sql(&create, t, KEPT_FORMAT);
	text_printf(&insert, "INSERT INTO %s VALUES (?", t->name);
	for (size_t i = 1; i < kept_columns(t); i++)
		text_add(&insert, ", ?");
	text_add_char(&insert, ')');
	int err = kept_run(db, create.bytes);
	if (!err && sqlite3_prepare_v2(db, insert.bytes, -1, ret, NULL) != SQLITE_OK)
		err = error_of(db);
	return err;
}

static int write_table(struct writer *w, const struct kept_table *t, const struct moment *m)
{
	const char *of = t->of_lines ? (const char *)&w->lines : (const char *)m;
	struct {
		const char *items;
		size_t count, room;
	} array = { (const char *)m, 1, 1 };
	sqlite3_stmt *insert = NULL;
	int err = table_prepare(w->db, t, &insert);

	if (t->array_offset != KEPT_ONE)
		memcpy(&array, of + t->array_offset, sizeof(array));
	for (size_t i = 0; !err && i < array.count; i++)
		err = write_row(w, t, insert, array.items + i * t->item_bytes);
	sqlite3_finalize(insert);
	return err;
}

static int write_all(struct writer *w, const struct moment *m)
{
	char sql[160];
	int err = kept_run(w->db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");

	w->sum = KEPT_SUM_START;
	kept_lines_take(&w->lines, m);
	for (const struct kept_table *t = kept_tables(); !err && t->name; t++)
		err = write_table(w, t, m);
	if (err)
		return err;
	snprintf(sql, sizeof(sql),
	         KEPT_SUM_TABLE "; INSERT INTO kept VALUES ('%016llx'); COMMIT;"
	                        "PRAGMA application_id = %d; PRAGMA user_version = %d",
	         (unsigned long long)w->sum, KEPT_APPLICATION, KEPT_FORMAT);
	return kept_run(w->db, sql);
}

/* A file system in memory, of one file that grows: its bytes are the file's, without a copy. One thread has it: locking
 * each of its calls would take a tenth of the time. */
static int open_memory(sqlite3 **ret)
{
	sqlite3_int64 most = KEPT_BYTES_MOST;

	if (sqlite3_open_v2(":memory:", ret, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
	    sqlite3_deserialize(*ret, "main", NULL, 0, 0,
	                        SQLITE_DESERIALIZE_RESIZEABLE | SQLITE_DESERIALIZE_FREEONCLOSE) != SQLITE_OK)
		return -ENOMEM;
	sqlite3_file_control(*ret, "main", SQLITE_FCNTL_SIZE_LIMIT, &most);
	return 0;
}

static int write_image(sqlite3 *db, const char *path)
{
	sqlite3_int64 length = 0;
	const unsigned char *bytes = sqlite3_serialize(db, "main", &length, SQLITE_SERIALIZE_NOCOPY);

	return bytes ? image_write(path, bytes, (size_t)length) : -ENOMEM;
}

static struct redactor *redactor_for(enum kept_hide hide)
{
	return hide == KEPT_OPEN ? NULL : redactor_new(hide == KEPT_HIDE_NAMES);
}

static void writer_free(struct writer *w)
{
	sqlite3_close(w->db);
	redactor_free(w->redactor);
	kept_lines_free(&w->lines);
	text_free(&w->scratch);
}

int kept_image(const struct moment *m, enum kept_hide hide, struct text *ret)
{
	struct writer w = { .redactor = redactor_for(hide) };
	struct moment shown = *m; /* borrows all that is in it */
	sqlite3_int64 length = 0;

	shown.redacted |= hide != KEPT_OPEN;
	int err = open_memory(&w.db) ?: write_all(&w, &shown);
	const unsigned char *bytes = err ? NULL : sqlite3_serialize(w.db, "main", &length, SQLITE_SERIALIZE_NOCOPY);

	if (bytes)
		text_add_bytes(ret, (const char *)bytes, (size_t)length);
	writer_free(&w);
	return err ?: bytes ? 0 : -ENOMEM;
}

/* A new, empty file; and without locks, since nobody knows its name yet. */
static int open_made(const char *path, sqlite3 **ret)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;

	unlink(path); /* of one that was killed */
	cleanup(cleanup_close) int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0640);

	if (fd < 0)
		return -errno;
	if (sqlite3_open_v2(path, ret, flags, "unix-none") == SQLITE_OK)
		return 0;
	return *ret ? -sqlite3_system_errno(*ret) ?: -EIO : -ENOMEM;
}

int kept_make(const struct moment *m, const char *path, uint64_t *ret_bytes)
{
	struct writer w = { 0 };
	struct stat st = { 0 };
	int err = open_made(path, &w.db) ?: write_all(&w, m);

	if (err == -EFBIG) /* SQLite's "full" is the disk's here */
		err = -ENOSPC;
	writer_free(&w);
	if (!err)
		err = stat(path, &st) ? -errno : st.st_size > KEPT_BYTES_MOST ? -EFBIG : 0; /* nobody would read it */
	*ret_bytes = (uint64_t)st.st_size;
	if (err)
		unlink(path);
	return err;
}

static int tell_unwritten(int err, const char *path, struct arena *arena, struct gap *ret_why)
{
	const char *mend = err == -EEXIST ? "choose another name, or remove the file first" : NULL;

	*ret_why = (struct gap){ arena_strdup(arena, path), arena_strdup(arena, strerror(-err)), mend };
	return err;
}

int kept_write(const struct moment *m, const char *path, bool redact, struct arena *arena, struct gap *ret_why)
{
	struct writer w = { .redactor = redactor_for(redact ? KEPT_HIDE : KEPT_OPEN) };
	struct moment shown = *m; /* borrows all that is in it */

	shown.redacted |= redact;
	int err = open_memory(&w.db) ?: write_all(&w, &shown) ?: write_image(w.db, path);

	writer_free(&w);
	return err ? tell_unwritten(err, path, arena, ret_why) : 0;
}
