#include "store.h"
#include "history/sql.h"
#include <errno.h>

enum { FORMAT = 1, BUSY_MS = 5000 };

static const uint64_t ms_per_hour = 3600 * 1000, ms_per_day = 24 * ms_per_hour;

struct hub_store {
	sqlite3 *db;
	struct shards *shards; /* rows go there; NULL: they stay here */
	sqlite3_stmt *insert[ROW_CLASSES], *note;
};

static const char *type_of(enum row_kind kind)
{
	return kind == ROW_TEXT ? "TEXT" : kind == ROW_ID16 ? "BLOB" : kind == ROW_F32 ? "REAL" : "INTEGER";
}

static void add_types(struct text *sql, const struct row_column *columns)
{
	for (const struct row_column *c = columns; c->name; c++)
		text_printf(sql, "\"%s\" %s NOT NULL, ", c->name, type_of(c->kind));
}

static void add_table(struct text *sql, const struct row_layout *l)
{
	text_printf(sql, "CREATE TABLE %s (", l->table);
	add_types(sql, l->stamp);
	add_types(sql, l->columns);
	text_printf(sql, "PRIMARY KEY (%s)) STRICT, WITHOUT ROWID;\n", l->key);
}

static void add_tables(struct text *sql)
{
	for (enum row_class c = 0; c < ROW_CLASSES; c++)
		add_table(sql, row_layout(c));
}

/* Rows are found by time: to be removed, and to be asked for. Suspects also by the look that told of them, which
 * suspects_look was for in the first files. */
static int make_indexes(const struct hub_store *s)
{
	TEXT_CLEANUP sql = { 0 };

	text_add(&sql, "CREATE INDEX IF NOT EXISTS suspects_seq ON suspects (seq_id) WHERE seq_id != 0;");
	for (enum row_class c = 0; c < ROW_CLASSES; c++) {
		const struct row_layout *l = row_layout(c);
		if (l->keep_days)
			text_printf(&sql, "CREATE INDEX IF NOT EXISTS %s_at ON %s (%s%s);", l->table, l->table, l->day,
			            c == ROW_SUSPECT ? ", host_id" : "");
	}
	text_add(&sql, "DROP INDEX IF EXISTS suspects_look;");
	return s->shards ? 0 : sql_run(s->db, sql.bytes);
}

static int make_tables(const struct hub_store *s)
{
	TEXT_CLEANUP sql = { 0 };

	text_add(&sql, "BEGIN;");
	if (!s->shards)
		add_tables(&sql);
	text_printf(&sql,
	            "CREATE TABLE followed (position INTEGER NOT NULL) STRICT;"
	            "CREATE TABLE senders (host_id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
	            " crc INTEGER NOT NULL, boot_id BLOB NOT NULL) STRICT;"
	            "PRAGMA user_version = %d; COMMIT;",
	            FORMAT);
	return sql_run(s->db, sql.bytes);
}

static int check_format(const struct hub_store *s)
{
	int64_t format = sql_number(s->db, "PRAGMA user_version", -1);

	return format == 0 ? make_tables(s) : format == FORMAT ? 0 : format < 0 ? -EBADMSG : -EPROTONOSUPPORT;
}

static void add_names(struct text *sql, const struct row_column *columns, const char *format)
{
	for (const struct row_column *c = columns; c->name; c++)
		text_printf(sql, format, c->name, c->name);
}

/* What closes a row tells nothing else of it. */
static void add_update(struct text *sql, const struct row_layout *l, const char *column)
{
	bool always = !l->closes || streq(column, l->closes) || streq(column, l->newest);

	if (always)
		text_printf(sql, "\"%s\" = excluded.\"%s\"", column, column);
	else
		text_printf(sql, "\"%s\" = iif(excluded.%s, %s.\"%s\", excluded.\"%s\")", column, l->closes, l->table,
		            column, column);
}

/* Rows that never change are there already; of the others the newest counts. */
static void add_conflict(struct text *sql, const struct row_layout *l)
{
	if (streq(l->newest, "received_ms")) {
		text_add(sql, " ON CONFLICT DO NOTHING");
		return;
	}
	text_printf(sql, " ON CONFLICT DO UPDATE SET ");
	for (const struct row_column *c = l->columns; c->name; c++) {
		text_add(sql, c == l->columns ? "" : ", ");
		add_update(sql, l, c->name);
	}
	text_printf(sql, " WHERE excluded.%s > %s.%s", l->newest, l->table, l->newest);
}

static void add_insert(struct text *sql, const struct row_layout *l)
{
	size_t before;

	text_printf(sql, "INSERT INTO %s (", l->table);
	add_names(sql, l->stamp, "\"%s\", ");
	add_names(sql, l->columns, "\"%s\", ");
	sql->length -= strlen(", ");
	text_add(sql, ") VALUES (");
	before = sql->length;
	add_names(sql, l->stamp, "?, ");
	add_names(sql, l->columns, "?, ");
	sql->length -= sql->length > before ? strlen(", ") : 0;
	text_add(sql, ")");
	add_conflict(sql, l);
}

static int prepare_one(struct hub_store *s, const char *sql, sqlite3_stmt **ret)
{
	return sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) ? sql_error(s->db) ?: -EIO : 0;
}

static int prepare(struct hub_store *s)
{
	int err = prepare_one(
	        s,
	        "INSERT INTO senders (host_id, epoch, seq, crc, boot_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE "
	        "SET epoch = excluded.epoch, seq = excluded.seq, crc = excluded.crc, boot_id = excluded.boot_id",
	        &s->note);

	for (enum row_class c = 0; !err && !s->shards && c < ROW_CLASSES; c++) {
		TEXT_CLEANUP sql = { 0 };
		add_insert(&sql, row_layout(c));
		err = prepare_one(s, sql.bytes, &s->insert[c]);
	}
	return err;
}

int hub_store_open(const char *path, struct shards *shards, struct hub_store **ret)
{
	struct hub_store *s = memory_zeroed(sizeof(*s));
	TEXT_CLEANUP real = { 0 };
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;

	sql_path(path, &real);
	int err = sqlite3_open_v2(real.bytes, &s->db, flags, NULL) == SQLITE_OK ? 0 : sql_error(s->db) ?: -EIO;
	s->shards = shards;
	if (!err) {
		sqlite3_busy_timeout(s->db, BUSY_MS);
		err = sql_run(s->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
	}
	err = err ?: check_format(s) ?: make_indexes(s) ?: prepare(s);
	if (err)
		hub_store_close(s);
	else
		*ret = s;
	return err;
}

void hub_store_close(struct hub_store *s)
{
	if (!s)
		return;
	for (size_t c = 0; c < ROW_CLASSES; c++)
		sqlite3_finalize(s->insert[c]);
	sqlite3_finalize(s->note);
	sqlite3_close(s->db);
	free(s);
}

uint64_t hub_store_position(struct hub_store *s)
{
	return (uint64_t)sql_number(s->db, "SELECT position FROM followed", 0);
}

int hub_store_senders(struct hub_store *s, struct senders *ret)
{
	struct sql_rows r = sql_ask(s->db, "SELECT host_id, epoch, seq, crc, boot_id FROM senders", "");

	while (sql_next(&r)) {
		struct sender *one = senders_get(ret, (uint64_t)sqlite3_column_int64(r.statement, 0));
		one->epoch = (uint32_t)sql_u64(&r, 1);
		one->seq = sql_u64(&r, 2);
		one->crc = (uint32_t)sql_u64(&r, 3);
		if (sqlite3_column_bytes(r.statement, 4) == sizeof(one->boot_id))
			memcpy(one->boot_id, sqlite3_column_blob(r.statement, 4), sizeof(one->boot_id));
	}
	return sql_end(&r);
}

struct hub_store_most hub_store_most(const struct hub_store *s)
{
	return s->shards ? (struct hub_store_most){ 4096, 8 << 20 } : (struct hub_store_most){ 256, 4 << 20 };
}

int hub_store_begin(struct hub_store *s)
{
	return sql_run(s->db, "BEGIN IMMEDIATE");
}

/* Identifiers use all 64 bits; SQLite's integers have a sign, and are equal where the bits are. */
static void bind_one(sqlite3_stmt *s, int at, const struct row_column *c, const void *value)
{
	int32_t i32;
	float f32;

	switch (c->kind) {
	case ROW_TEXT:
		sqlite3_bind_text(s, at, *(const char *const *)value ?: "", -1, SQLITE_STATIC);
		break;
	case ROW_ID16:
		sqlite3_bind_blob(s, at, value, 16, SQLITE_STATIC);
		break;
	case ROW_F32:
		memcpy(&f32, value, sizeof(f32));
		sqlite3_bind_double(s, at, (double)f32);
		break;
	case ROW_I32:
		memcpy(&i32, value, sizeof(i32));
		sqlite3_bind_int(s, at, i32);
		break;
	default:
		sqlite3_bind_int64(s, at, (int64_t)row_number(c->kind, value));
	}
}

static int bind_all(sqlite3_stmt *s, int at, const struct row_column *columns, const void *from)
{
	for (const struct row_column *c = columns; c->name; c++)
		bind_one(s, at++, c, (const uint8_t *)from + c->offset);
	return at;
}

static int carry_out(struct hub_store *s, sqlite3_stmt *statement)
{
	int step = sqlite3_step(statement);

	sqlite3_reset(statement);
	return step == SQLITE_DONE ? 0 : sql_error(s->db) ?: -EIO;
}

static int put_row(struct hub_store *s, enum row_class c, struct row_stamp *stamp, const void *row)
{
	sqlite3_stmt *insert = s->insert[c];

	stamp->day = row_day(c, row);
	int at = bind_all(insert, 1, row_layout(c)->stamp, stamp);
	bind_all(insert, at, row_layout(c)->columns, row);
	return carry_out(s, insert);
}

int hub_store_put(struct hub_store *s, const struct batch_header *h, const struct row_set *rows, uint64_t received_ms)
{
	struct row_stamp stamp = batch_stamp(h, received_ms);
	int err = 0;

	if (s->shards) {
		shards_put(s->shards, h, rows, received_ms);
		return 0;
	}
	for (enum row_class c = 0; c < ROW_CLASSES; c++)
		for (size_t i = 0; !err && i < rows->of[c].count; i++)
			err = put_row(s, c, &stamp, row_at(rows, c, i));
	return err;
}

int hub_store_note(struct hub_store *s, const struct batch_header *h, uint32_t crc)
{
	sqlite3_bind_int64(s->note, 1, (int64_t)h->host_id);
	sqlite3_bind_int64(s->note, 2, (int64_t)h->epoch);
	sqlite3_bind_int64(s->note, 3, (int64_t)h->seq);
	sqlite3_bind_int64(s->note, 4, (int64_t)crc);
	sqlite3_bind_blob(s->note, 5, h->boot_id, sizeof(h->boot_id), SQLITE_STATIC);
	return carry_out(s, s->note);
}

int hub_store_commit(struct hub_store *s, uint64_t position)
{
	int err = s->shards ? shards_flush(s->shards) : 0;

	return err ?: sql_run(s->db, "DELETE FROM followed")
	               ?: sql_do(s->db, "INSERT INTO followed VALUES (?)", "i", (int64_t)position)
	               ?: sql_run(s->db, "COMMIT");
}

void hub_store_undo(struct hub_store *s)
{
	if (s->shards)
		shards_drop(s->shards);
	if (!sqlite3_get_autocommit(s->db))
		sql_run(s->db, "ROLLBACK");
}

/* An hour's rows of each class at most: who stores waits meanwhile. */
static int remove_old(struct hub_store *s, enum row_class c, uint64_t now_ms)
{
	const struct row_layout *l = row_layout(c);
	uint64_t days = l->file_days ?: l->keep_days, scale = c == ROW_ROLLUP ? 60 * 1000 : 1;
	TEXT_CLEANUP sql = { 0 };

	if (!days)
		return 0;
	text_printf(&sql, "DELETE FROM %s WHERE %s < min(?, (SELECT min(%s) FROM %s) + ?)", l->table, l->day, l->day,
	            l->table);
	return sql_do(s->db, sql.bytes, "ii", (int64_t)((now_ms - days * ms_per_day) / scale),
	              (int64_t)(ms_per_hour / scale));
}

int hub_store_tidy(struct hub_store *s, uint64_t now_ms)
{
	int err = 0;

	if (s->shards)
		shards_tidy(s->shards, now_ms);
	for (enum row_class c = 0; !s->shards && !err && c < ROW_CLASSES; c++)
		err = remove_old(s, c, now_ms);
	return err ?: sql_run(s->db, "PRAGMA wal_checkpoint(PASSIVE)");
}
