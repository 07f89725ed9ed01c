#include "schema.h"
#include "base/text.h"
#include "sql.h"
#include <errno.h>
#include <inttypes.h>

/* From each version to the next; a new one is a row, and never a change of one that has landed. Times are unix
 * milliseconds. Numbers of findings and releases are those of the file. */
static const char *const steps[HISTORY_VERSION] = {
	"CREATE TABLE look (first_ms INTEGER PRIMARY KEY, last_ms INTEGER NOT NULL, looks INTEGER NOT NULL,"
	" host TEXT, boot_id TEXT, version TEXT, interval_ms INTEGER NOT NULL, cost_us INTEGER NOT NULL,"
	" complete INTEGER NOT NULL, gaps TEXT, seen INTEGER NOT NULL, kernel INTEGER NOT NULL, verdict TEXT NOT NULL,"
	" states TEXT NOT NULL) STRICT;"
	"CREATE TABLE finding (finding INTEGER PRIMARY KEY, key TEXT NOT NULL, id TEXT NOT NULL, title TEXT, thing "
	"TEXT,"
	" first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, ended_ms INTEGER, openings INTEGER NOT NULL,"
	" before INTEGER NOT NULL, severity INTEGER NOT NULL, highest INTEGER NOT NULL, confidence INTEGER NOT NULL, "
	"count INTEGER NOT NULL,"
	" count_max INTEGER NOT NULL, oldest_ms INTEGER NOT NULL, netns TEXT, peer TEXT, listener TEXT, setting TEXT,"
	" caused_by TEXT, subject_why TEXT, pid INTEGER, started_ms INTEGER, comm TEXT, cmdline TEXT, exe TEXT,"
	" user TEXT, unit TEXT, container TEXT, container_name TEXT, pod TEXT, subject_netns INTEGER) STRICT;"
	"CREATE INDEX finding_key ON finding (key);"
	"CREATE TABLE point (finding INTEGER NOT NULL, at_ms INTEGER NOT NULL, count INTEGER NOT NULL,"
	" severity INTEGER NOT NULL, PRIMARY KEY (finding, at_ms)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE failure (finding INTEGER NOT NULL, program TEXT NOT NULL, cmdline TEXT, pid INTEGER NOT NULL,"
	" call TEXT NOT NULL, error TEXT NOT NULL, target TEXT NOT NULL, count INTEGER NOT NULL,"
	" first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,"
	" PRIMARY KEY (finding, program, call, error, target)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE \"release\" (\"release\" INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, program TEXT NOT NULL,"
	" pid INTEGER NOT NULL, what TEXT NOT NULL, was TEXT, now TEXT) STRICT;"
	"CREATE TABLE beside (finding INTEGER NOT NULL, \"release\" INTEGER NOT NULL,"
	" PRIMARY KEY (finding, \"release\")) STRICT, WITHOUT ROWID;"
	"CREATE TABLE note (at_ms INTEGER NOT NULL, what TEXT NOT NULL) STRICT;"
	"CREATE TABLE moment (at_ms INTEGER PRIMARY KEY, why TEXT NOT NULL, bytes INTEGER NOT NULL,"
	" image BLOB NOT NULL) STRICT;",
	/* 2: figures over time. A text that is not known is empty, so that a figure is unique. */
	"CREATE TABLE figure (figure INTEGER PRIMARY KEY, kind INTEGER NOT NULL, netns TEXT NOT NULL,"
	" program TEXT NOT NULL, side TEXT NOT NULL, \"end\" TEXT NOT NULL, what TEXT NOT NULL,"
	" UNIQUE (kind, netns, program, side, \"end\", what)) STRICT;"
	"CREATE TABLE reading (figure INTEGER NOT NULL, at_ms INTEGER NOT NULL, value INTEGER NOT NULL,"
	" \"limit\" INTEGER NOT NULL, oldest_ms INTEGER NOT NULL, unread INTEGER NOT NULL,"
	" PRIMARY KEY (figure, at_ms)) STRICT, WITHOUT ROWID;",
	/* 3: how old the sockets of each state were: see store_ages.c. */
	"CREATE TABLE age (at_ms INTEGER PRIMARY KEY, ages TEXT NOT NULL) STRICT;",
	/* 4: programs as they were last seen, so that a release is one also while no agent runs. */
	("CREATE TABLE program (key TEXT PRIMARY KEY, exe TEXT, script TEXT, cmdline TEXT, exe_bytes INTEGER,"
	 " exe_changed_ms INTEGER, script_bytes INTEGER, script_changed_ms INTEGER) STRICT, WITHOUT ROWID;"),
	/* 5: when each was started last, as which process, and before that. */
	"ALTER TABLE program ADD COLUMN pid INTEGER;"
	"ALTER TABLE program ADD COLUMN started_ms INTEGER;"
	"ALTER TABLE program ADD COLUMN before_ms INTEGER;",
	/* 6: the image of a moment in pieces: one value had to be in memory whole, twice. `image` has what stands
	 * before them: all of it in rows of before, since then nothing. */
	"CREATE TABLE piece (at_ms INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL,"
	" PRIMARY KEY (at_ms, number)) STRICT;",
	/* 7: what tells releases of one size and time apart. */
	"ALTER TABLE program ADD COLUMN exe_content INTEGER;"
	"ALTER TABLE program ADD COLUMN script_content INTEGER;"
	"ALTER TABLE program ADD COLUMN image TEXT;",
};

static int read_version(sqlite3 *db, int64_t *ret_application, int64_t *ret_version)
{
	*ret_application = sql_number(db, "PRAGMA application_id", -1);
	*ret_version = sql_number(db, "PRAGMA user_version", -1);
	return *ret_application < 0 || *ret_version < 0 ? sql_error(db) ?: -EBADMSG : 0;
}

int schema_check(sqlite3 *db)
{
	int64_t application, version;
	int err = read_version(db, &application, &version);

	if (err)
		return err;
	if (application != HISTORY_APPLICATION || !version)
		return -EPROTO;
	return version > HISTORY_VERSION ? -EPROTONOSUPPORT : 0;
}

const char *schema_newer(sqlite3 *db, struct arena *arena)
{
	struct sql_rows r =
	        sql_ask(db, "SELECT version FROM look WHERE version IS NOT NULL ORDER BY first_ms DESC LIMIT 1", "");
	TEXT_CLEANUP by = { 0 };

	if (sql_next(&r)) {
		text_add(&by, "unfin ");
		text_add_shown(&by, sql_text(&r, 0, arena));
	}
	sql_end(&r);
	return arena_printf(arena, "%s wrote it, as version %" PRId64 ", and this one knows version %d",
	                    by.length ? by.bytes : "a newer unfin", sql_number(db, "PRAGMA user_version", 0),
	                    HISTORY_VERSION);
}

/* Nothing is in it, and nobody says whose it is. */
static bool is_new(sqlite3 *db)
{
	return !sql_number(db, "PRAGMA application_id", -1) && !sql_number(db, "PRAGMA user_version", -1) &&
	       !sql_number(db, "SELECT count(*) FROM sqlite_schema", -1);
}

static int take_steps(sqlite3 *db, int64_t from)
{
	TEXT_CLEANUP last = { 0 };
	int err = sql_run(db, "BEGIN IMMEDIATE");

	if (err)
		return err;
	for (int64_t v = from; v < HISTORY_VERSION && !err; v++)
		err = sql_run(db, steps[v]);
	text_printf(&last, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", HISTORY_APPLICATION,
	            HISTORY_VERSION);
	err = err ?: sql_run(db, last.bytes);
	if (err)
		sql_run(db, "ROLLBACK");
	return err;
}

/* Damage shows in the first page, or in what quick_check finds. */
static int check_whole(sqlite3 *db)
{
	struct sql_rows r = sql_ask(db, "PRAGMA quick_check(1)", "");
	bool fine = sql_next(&r) && streq((const char *)sqlite3_column_text(r.statement, 0) ?: "", "ok");
	int err = sql_end(&r);

	return err ?: fine ? 0 : -EBADMSG;
}

int schema_prepare(sqlite3 *db)
{
	int64_t application, version;

	if (is_new(db))
		return take_steps(db, 0);
	int err = read_version(db, &application, &version) ?: schema_check(db) ?: check_whole(db);
	return err ?: version < HISTORY_VERSION ? take_steps(db, version) : 0;
}
