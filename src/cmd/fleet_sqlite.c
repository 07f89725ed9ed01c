#include "fleet_sqlite.h"
#include "history/sql.h"
#include "power/power.h"
#include <errno.h>
#include <sys/stat.h>

/* SQLite's integers have a sign, and are equal where the bits are. A text lives until the next row. */
static void read_column(const struct sql_rows *r, int at, const struct row_column *c, void *value)
{
	int64_t number = sqlite3_column_int64(r->statement, at);
	float f32 = (float)sqlite3_column_double(r->statement, at);
	const unsigned char *words;
	const void *bytes;

	switch (c->kind) {
	case ROW_TEXT:
		words = sqlite3_column_text(r->statement, at);
		*(const char **)value = words ? (const char *)words : "";
		break;
	case ROW_ID16:
		bytes = sqlite3_column_blob(r->statement, at);
		if (bytes && sqlite3_column_bytes(r->statement, at) == 16)
			memcpy(value, bytes, 16);
		break;
	case ROW_F32:
		memcpy(value, &f32, sizeof(f32));
		break;
	default:
		memcpy(value, &number, row_kind_bytes(c->kind));
	}
}

static void visit_row(const struct sql_rows *r, const struct row_layout *layout, row_visitor *visit, void *context)
{
	union {
		struct suspect_row largest;
		struct finding_row finding;
	} row = { 0 };
	int at = 1;

	_Static_assert(sizeof(row) >= sizeof(struct rollup_row), "room for a row of any class");
	for (const struct row_column *c = layout->columns; c->name; c++)
		read_column(r, at++, c, (uint8_t *)&row + c->offset);
	visit(context, (uint64_t)sqlite3_column_int64(r->statement, 0), &row);
}

static int note_looks(sqlite3 *db, const struct row_asked *asked)
{
	int err = sql_run(db, "CREATE TEMP TABLE IF NOT EXISTS asked (host_id INTEGER, at_ms INTEGER,"
	                      " PRIMARY KEY (host_id, at_ms)) WITHOUT ROWID; DELETE FROM asked");

	for (size_t i = 0; !err && i < asked->look_count; i++)
		err = sql_do(db, "INSERT OR IGNORE INTO asked VALUES (?, ?)", "ii", (int64_t)asked->looks[i].host_id,
		             (int64_t)asked->looks[i].at_ms);
	return err;
}

static int note_ids(sqlite3 *db, const struct row_asked *asked)
{
	int err = sql_run(db, "CREATE TEMP TABLE IF NOT EXISTS ids (id INTEGER, host_id INTEGER,"
	                      " PRIMARY KEY (id, host_id)) WITHOUT ROWID; DELETE FROM ids");

	for (size_t i = 0; !err && i < asked->id_count; i++)
		err = sql_do(db, "INSERT OR IGNORE INTO ids VALUES (?, ?)", "ii", (int64_t)asked->ids[i].id,
		             (int64_t)asked->ids[i].host_id);
	return err;
}

static int note_words(sqlite3 *db, const struct row_asked *asked)
{
	int err = sql_run(db, "CREATE TEMP TABLE IF NOT EXISTS words (word TEXT PRIMARY KEY) WITHOUT ROWID;"
	                      " DELETE FROM words");

	for (size_t i = 0; !err && i < asked->word_count; i++)
		err = sql_do(db, "INSERT OR IGNORE INTO words VALUES (?)", "t", asked->words[i]);
	return err;
}

static int ask(void *db, const struct row_asked *asked, row_visitor *visit, void *context)
{
	TEXT_CLEANUP sql = { 0 };
	int err = note_looks(db, asked) ?: note_ids(db, asked) ?: note_words(db, asked);

	if (err)
		return err;
	row_question_add(&sql, asked, ROW_SQLITE);
	struct sql_rows r = sql_ask(db, sql.bytes, "");
	while (sql_next(&r))
		visit_row(&r, row_question_layout(asked->what), visit, context);
	return sql_end(&r);
}

static void close_file(void *db)
{
	sqlite3_close(db);
}

static int open_at(const char *name, int flags, sqlite3 **ret)
{
	int err = sqlite3_open_v2(name, ret, SQLITE_OPEN_READONLY | flags, NULL) == SQLITE_OK ? 0 : sql_error(*ret) ?: -EIO;

	err = err ?: sql_run(*ret, "PRAGMA temp_store = MEMORY; BEGIN; SELECT count(*) FROM followed;");
	if (err)
		sqlite3_close(take_ptr(*ret));
	return err;
}

/* SQLite would begin a log beside it, where we may not write. A hub that has ended has left none, and nobody changes
 * the file. */
static int open_at_rest(const char *path, sqlite3 **ret)
{
	TEXT_CLEANUP log = { 0 }, uri = { 0 };
	struct stat st;

	text_printf(&log, "%s-wal", path);
	if (!stat(log.bytes, &st))
		return -EROFS;
	text_add(&uri, "file:");
	for (const char *c = path; *c; c++)
		text_printf(&uri, strchr("%?#", *c) ? "%%%02x" : "%c", *c);
	text_add(&uri, "?immutable=1");
	return open_at(uri.bytes, SQLITE_OPEN_URI, ret);
}

int fleet_sqlite_open(const char *path, struct row_source *ret)
{
	sqlite3 *db = NULL;
	struct stat st;
	char random;

	sqlite3_randomness(1, &random); /* it opens /dev/urandom for it, once, and later it may not */
	power_raise();
	int err = stat(path, &st) ? -errno : open_at(path, 0, &db); /* SQLite does not tell why */
	if (err == -EROFS || err == -EACCES)
		err = open_at_rest(path, &db);
	power_lower();
	if (!err)
		*ret = (struct row_source){ .store = db, .ask = ask, .close = close_file };
	return err == -EIO ? -EBADMSG : err;
}
