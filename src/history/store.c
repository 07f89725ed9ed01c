/* The day's file: opened when it is written to, closed when the day is over. */
#include "store.h"
#include "folder.h"
#include "rows.h"
#include "schema.h"
#include "sql.h"
#include "store_rows.h"
#include <errno.h>
#include <inttypes.h>

enum { DAYS_MOST = 15, WAIT_MS = 200 };
static const uint64_t TRIM_EVERY_NS = 600 * NS_PER_S, SETTLED_NS = 3600 * NS_PER_S;
static const uint64_t BYTES_MOST = 1ULL << 30;

struct store *store_new(const char *folder, const struct store_limits *limits)
{
	struct store *s = memory_zeroed(sizeof(*s));

	s->arena = arena_new();
	s->folder = arena_strdup(s->arena, folder);
	s->limits.bytes = limits->bytes ?: BYTES_MOST;
	s->limits.days = limits->days ?: DAYS_MOST;
	return s;
}

/* Over for good: what SQLite has beside the file goes into it, so that it can be read without a right to write. */
void store_close_file(sqlite3 *db)
{
	if (db) {
		sql_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
		sql_run(db, "PRAGMA journal_mode = DELETE");
	}
	sqlite3_close(db);
}

static void close_day(struct store *s)
{
	store_close_file(take_ptr(s->db));
}

void store_free(struct store *s)
{
	if (!s)
		return;
	close_day(s);
	arena_free(s->looks);
	arena_free(s->arena);
	free(s);
}

void store_cleanup(struct store **s)
{
	store_free(*s);
}

/* A kill loses nothing that was committed, power that fails neither: FULL syncs with each commit. In a new file, room
 * that becomes free can be given back. */
int store_open_file(const char *path, sqlite3 **ret)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW;
	TEXT_CLEANUP real = { 0 };
	int err = 0;

	sql_path(path, &real);
	if (sqlite3_open_v2(real.bytes, ret, flags, NULL) != SQLITE_OK)
		err = *ret ? sql_error(*ret) : -ENOMEM;
	if (err)
		return err;
	sqlite3_db_config(*ret, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(*ret, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_busy_timeout(*ret, WAIT_MS);
	sql_run(*ret, "PRAGMA auto_vacuum = INCREMENTAL");
	return schema_prepare(*ret) ?: sql_run(*ret, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
}

static bool is_unreadable(int err)
{
	return err == -EBADMSG || err == -EPROTO;
}

static const char *why_aside(int err)
{
	return err == -EPROTO ? "it is no history that unfin wrote" : "it is damaged";
}

static int refuse_newer(const char *path, struct arena *arena, struct gap *ret_why)
{
	*ret_why = (struct gap){
		.what = arena_printf(arena, "the history %s", path),
		.why = rows_newer(path, arena),
		.mend = "start that unfin, or name another folder: --state DIR",
	};
	return -EPROTONOSUPPORT;
}

static int begin_anew(struct store *s, const char *path, int why, struct arena *arena, struct gap *ret_why)
{
	const char *aside = NULL;
	int err = folder_set_aside(path, why_aside(why), arena, &aside);

	if (err)
		return err;
	*ret_why = (struct gap){
		.what = arena_printf(arena, "what was in %s before", path),
		.why = arena_printf(arena, "%s: it was moved to %s", why_aside(why), aside),
	};
	return store_open_file(path, &s->db);
}

static int open_day(struct store *s, const char *name, struct arena *arena, struct gap *ret_why)
{
	const char *path = arena_printf(arena, "%s/%s", s->folder, name);
	int err = store_open_file(path, &s->db);

	if (err) {
		sqlite3_close(s->db);
		s->db = NULL;
	}
	if (err == -EPROTONOSUPPORT)
		return refuse_newer(path, arena, ret_why);
	if (is_unreadable(err))
		err = begin_anew(s, path, err, arena, ret_why);
	if (err)
		return err;
	s->fresh = *s->day; /* what is open was in the file before; who has just begun has resumed from this one */
	s->entering = true;
	snprintf(s->day, sizeof(s->day), "%s", name);
	s->next_finding = sql_number(s->db, "SELECT max(finding) FROM finding", 0) + 1;
	s->next_release = sql_number(s->db, "SELECT max(\"release\") FROM \"release\"", 0) + 1;
	s->look_ms = 0; /* a row of its own for who begins */
	return 0;
}

/* Today's by the clock as it is now, also where that was set back: what is in the file of a day that has not come is
 * read when it has. */
static int open_today(struct store *s, uint64_t now_ms, struct arena *arena, struct gap *ret_why)
{
	const char *name = folder_day(now_ms, arena);

	if (s->db && streq(name, s->day))
		return 0;
	close_day(s);
	return open_day(s, name, arena, ret_why);
}

/* Days are counted: by a clock that is wrong for an hour each of them would be too old. Nor does one that has just
 * begun push out another, for it may be none. */
static void trim(struct store *s, uint64_t now_ns)
{
	if (s->entering)
		s->entered_ns = now_ns;
	if (s->trimmed_ns && now_ns - s->trimmed_ns < TRIM_EVERY_NS)
		return;
	s->trimmed_ns = now_ns;
	store_thin(s);
	folder_trim(s->folder, s->day, now_ns - s->entered_ns < SETTLED_NS ? SIZE_MAX : s->limits.days,
	            s->limits.bytes);
	store_trim_today(s, s->limits.bytes);
}

static int commit(struct store *s, const struct cycle *c)
{
	int err = sql_run(s->db, "BEGIN IMMEDIATE") ?: store_add(s, c) ?: sql_run(s->db, "COMMIT");

	if (err)
		sql_run(s->db, "ROLLBACK");
	else
		store_settle(s, c);
	return err;
}

static const char *why_unwritten(int err)
{
	switch (err) {
	case -ENOSPC:
		return "the disk is full: what has changed is written when there is room again";
	case -EAGAIN:
		return "another program has it locked: what has changed is written when that lets go";
	default:
		return strerror(-err);
	}
}

static int tell_unwritten(const struct store *s, int err, struct arena *arena, struct gap *ret_why)
{
	if (err && err != -EPROTONOSUPPORT)
		*ret_why = (struct gap){
			.what = arena_printf(arena, "writing the history in %s", s->folder),
			.why = why_unwritten(err),
		};
	return err;
}

int store_write(struct store *s, const struct cycle *c, struct arena *arena, struct gap *ret_why)
{
	int err = open_today(s, c->at_ms, arena, ret_why);

	if (!err) {
		trim(s, c->moment->taken_boot_ns);
		err = commit(s, c);
	}
	if (err == -EBADMSG) { /* begun anew at the next cycle */
		sqlite3_close(s->db);
		s->db = NULL;
	}
	return tell_unwritten(s, err, arena, ret_why);
}

uint64_t store_bytes(const struct store *s)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	day_list days = { 0 };
	uint64_t bytes = 0;

	folder_list(s->folder, arena, &days);
	array_each (&days, d)
		bytes += d->bytes;
	array_free(&days);
	return bytes;
}

int store_resume(struct store *s, uint64_t now_ms, life_list *ret, struct arena *arena, struct gap *ret_why)
{
	int err = open_today(s, now_ms, arena, ret_why) ?: store_read_open(s, now_ms, ret);

	return tell_unwritten(s, err, arena, ret_why);
}
