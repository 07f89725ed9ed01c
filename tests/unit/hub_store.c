/* A hub's file over time: what is old goes a little at a time, found by an index, also in a file of an older unfin. */
#include "unit.h"
#include "history/sql.h"
#include "hub/store.h"

static const uint64_t now_ms = 1800000000000, minute_ms = 60 * 1000, hour_ms = 60 * minute_ms, day_ms = 24 * hour_ms;

struct place {
	char folder[64];
	struct text path;
	struct hub_store *store;
};

static void place_open(struct place *p)
{
	assert_int_equal(hub_store_open(p->path.bytes, NULL, &p->store), 0);
}

static void place_make(struct place *p)
{
	*p = (struct place){ .folder = "/tmp/unfin-unit-store.XXXXXX" };
	assert_non_null(mkdtemp(p->folder));
	text_printf(&p->path, "%s/hub.db", p->folder);
	place_open(p);
}

static void place_remove(struct place *p)
{
	TEXT_CLEANUP command = { 0 };

	hub_store_close(p->store);
	text_free(&p->path);
	text_printf(&command, "rm -r '%s'", p->folder);
	assert_int_equal(system(command.bytes), 0);
}

static sqlite3 *open_beside(const struct place *p)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(p->path.bytes, &db), SQLITE_OK);
	return db;
}

static int64_t ask(const struct place *p, const char *sql)
{
	sqlite3 *db = open_beside(p);
	int64_t number = sql_number(db, sql, -1);

	sqlite3_close(db);
	return number;
}

/* A look of one host at that time, with one row of each class that comes with every look. */
static void put_look(struct place *p, uint64_t at_ms)
{
	struct row_set rows = { 0 };
	const struct batch_header h = { .v = 1, .host_id = 5, .epoch = 1, .seq = at_ms };

	*(struct rollup_row *)row_push(&rows, ROW_ROLLUP) =
	        (struct rollup_row){ .minute = (uint32_t)(at_ms / minute_ms) };
	*(struct suspect_row *)row_push(&rows, ROW_SUSPECT) = (struct suspect_row){ .at_ms = at_ms, .flow_id = 7 };
	*(struct look_row *)row_push(&rows, ROW_LOOK) = (struct look_row){ .at_ms = at_ms };
	assert_int_equal(hub_store_begin(p->store), 0);
	assert_int_equal(hub_store_put(p->store, &h, &rows, at_ms), 0);
	assert_int_equal(hub_store_commit(p->store, 1), 0);
	row_set_free(&rows);
}

/* Who stores also tidies: a backlog holds him up for an hour's rows at a time. */
static void what_is_old_goes_an_hour_at_a_time(void **state)
{
	struct place p;

	place_make(&p);
	for (unsigned half = 0; half < 8; half++)
		put_look(&p, now_ms + half * hour_ms / 2);
	assert_int_equal(hub_store_tidy(p.store, now_ms + 2 * day_ms), 0);
	assert_int_equal(ask(&p, "SELECT count(*) FROM rollups"), 8);
	assert_int_equal(hub_store_tidy(p.store, now_ms + 3 * day_ms), 0);
	assert_int_equal(ask(&p, "SELECT count(*) FROM rollups"), 6);
	assert_int_equal(hub_store_tidy(p.store, now_ms + 3 * day_ms), 0);
	assert_int_equal(ask(&p, "SELECT count(*) FROM rollups"), 4);
	assert_int_equal(ask(&p, "SELECT count(*) FROM suspects"), 8);
	assert_int_equal(hub_store_tidy(p.store, now_ms + 7 * day_ms + hour_ms / 2 + 1), 0);
	assert_int_equal(ask(&p, "SELECT count(*) FROM suspects"), 6);
	assert_int_equal(ask(&p, "SELECT count(*) FROM looks"), 8);
	place_remove(&p);
}

static bool scans(const struct place *p, const char *sql)
{
	sqlite3 *db = open_beside(p);
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	TEXT_CLEANUP question = { 0 };
	bool found = false;

	text_printf(&question, "EXPLAIN QUERY PLAN %s", sql);
	struct sql_rows r = sql_ask(db, question.bytes, "");
	while (sql_next(&r))
		found |= strstr(sql_text(&r, 3, arena) ?: "", "SCAN") != NULL;
	assert_int_equal(sql_end(&r), 0);
	sqlite3_close(db);
	return found;
}

static void expect_found_by_time(const struct place *p)
{
	assert_false(scans(p, "DELETE FROM rollups WHERE minute < 5"));
	assert_false(scans(p, "DELETE FROM suspects WHERE at_ms < 5"));
	assert_false(scans(p, "DELETE FROM events WHERE at_ms < 5"));
	assert_false(scans(p, "DELETE FROM looks WHERE at_ms < 5"));
	assert_false(scans(p, "DELETE FROM endpoints WHERE seen_ms < 5"));
	assert_false(scans(p, "DELETE FROM findings WHERE opened_ms < 5"));
	assert_false(scans(p, "SELECT * FROM rollups WHERE day >= 5 AND minute >= 5 AND ports_usable > 0"));
	assert_false(scans(p, "SELECT * FROM suspects WHERE at_ms = 5 AND host_id = 5"));
}

static void a_file_of_an_older_unfin_is_brought_forward(void **state)
{
	struct place p;

	place_make(&p);
	expect_found_by_time(&p);
	put_look(&p, now_ms);
	hub_store_close(p.store);
	sqlite3 *db = open_beside(&p);
	assert_int_equal(
	        sql_run(db, "DROP INDEX rollups_at; DROP INDEX suspects_at; DROP INDEX events_at; DROP INDEX looks_at;"
	                    "DROP INDEX endpoints_at; DROP INDEX findings_at;"
	                    "CREATE INDEX suspects_look ON suspects (host_id, at_ms)"),
	        0);
	sqlite3_close(db);
	assert_true(scans(&p, "DELETE FROM rollups WHERE minute < 5"));
	place_open(&p);
	expect_found_by_time(&p);
	assert_int_equal(ask(&p, "SELECT count(*) FROM sqlite_schema WHERE name = 'suspects_look'"), 0);
	assert_int_equal(ask(&p, "SELECT count(*) FROM rollups"), 1);
	place_remove(&p);
}

UNIT_MAIN(TEST(what_is_old_goes_an_hour_at_a_time), TEST(a_file_of_an_older_unfin_is_brought_forward));
