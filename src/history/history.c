#include "history.h"
#include "deflate.h"
#include "figures.h"
#include "folder.h"
#include "past_rows.h"
#include "rows.h"
#include "source/kept/image.h"
#include "sql.h"
#include <errno.h>
#include <inttypes.h>

enum { FIGURES_SINCE = 2 }; /* version of the history */

/* A part of a key finds it, an id too, or the place among those shown is not asked for: NULL takes all. */
static bool is_asked(const struct history_request *q, const struct life *l)
{
	return !q->key || strstr(l->key, q->key);
}

static const char with_that[] = "read it with that unfin";

static const char *why_not(int err, const char *path, struct arena *arena)
{
	switch (err) {
	case -EPROTONOSUPPORT:
		return rows_newer(path, arena);
	case -EPROTO:
		return "it is no history that unfin wrote";
	case -EBADMSG:
		return "it is damaged";
	default:
		return strerror(-err);
	}
}

static void tell_unread(struct chronicle *c, const struct day_file *d, int err)
{
	if (err)
		moment_gap(c->moment, arena_printf(c->moment->arena, "the history of %.10s", d->name),
		           why_not(err, d->path, c->moment->arena), err == -EPROTONOSUPPORT ? with_that : NULL);
}

static void read_states(struct chronicle *c, const struct sql_rows *r)
{
	struct moment *m = c->moment;

	m->host = sql_text(r, 2, m->arena);
	m->boot_id = sql_text(r, 3, m->arena);
	m->taken_unix_ms = c->last_look_ms;
	m->scope_all = true;
	m->coverage.sockets_seen = sql_u64(r, 6);
	m->coverage.sockets_kernel = sql_u64(r, 7);
	c->verdict = sql_text(r, 8, m->arena) ?: "unknown";
	c->interval_ms = sql_u64(r, 4);
	c->cost_us = sql_u64(r, 5);
}

/* What the looks could not see, the history has not either: told once, with what the last of them lacked. */
static void tell_incomplete(struct chronicle *c, uint64_t looks, const char *what, const char *why)
{
	struct arena *arena = c->moment->arena;

	if (looks)
		moment_gap(
		        c->moment, arena_printf(arena, "all, in %" PRIu64 " looks", looks),
		        arena_printf(arena, "the last of them lacked %s: %s", what ?: "something", why ?: "not known"),
		        NULL);
}

static void take_look(struct chronicle *c, const struct history_request *q, const struct sql_rows *r)
{
	uint64_t first_ms = sql_u64(r, 0), apart_ms = MAX(3 * sql_u64(r, 4), (uint64_t)5000);

	if (!c->first_look_ms)
		c->first_look_ms = MAX(first_ms, q->from_ms);
	if (c->last_look_ms && first_ms > c->last_look_ms + apart_ms)
		c->blind_ms += first_ms - c->last_look_ms; /* between two rows nobody looked */
	c->last_look_ms = sql_u64(r, 1);
	c->looks += sql_u64(r, 9);
	read_states(c, r);
}

static int read_looks(sqlite3 *db, const struct history_request *q, struct chronicle *c)
{
	struct sql_rows r =
	        sql_ask(db,
	                "SELECT first_ms, last_ms, host, boot_id, interval_ms, cost_us, seen, kernel, verdict,"
	                " looks, complete, iif(json_valid(gaps), json_extract(gaps, '$[0].what'), NULL),"
	                " iif(json_valid(gaps), json_extract(gaps, '$[0].why'), NULL)"
	                " FROM look WHERE last_ms >= ? AND first_ms <= ? ORDER BY first_ms",
	                "ii", (int64_t)q->from_ms, (int64_t)MIN(q->to_ms, (uint64_t)INT64_MAX));
	const char *what = NULL, *why = NULL;
	uint64_t incomplete = 0;

	while (sql_next(&r)) {
		take_look(c, q, &r);
		if (sql_u64(&r, 10))
			continue;
		incomplete += sql_u64(&r, 9);
		what = sql_text(&r, 11, c->moment->arena);
		why = sql_text(&r, 12, c->moment->arena);
	}
	tell_incomplete(c, incomplete, what, why);
	return sql_end(&r);
}

static int read_notes(sqlite3 *db, const struct history_request *q, struct chronicle *c)
{
	struct arena *arena = c->moment->arena;
	/* Also those of later: that the clock was forward for a while may be what one has to know. */
	struct sql_rows r =
	        sql_ask(db, "SELECT at_ms, what FROM note WHERE at_ms >= ? ORDER BY rowid", "i", (int64_t)q->from_ms);

	while (sql_next(&r))
		*array_push(&c->notes) = (struct chronicle_note){ sql_u64(&r, 0), sql_text(&r, 1, arena) ?: "" };
	return sql_end(&r);
}

static int read_releases(sqlite3 *db, const struct history_request *q, struct chronicle *c)
{
	struct arena *arena = c->moment->arena;
	struct sql_rows r = sql_ask(db,
	                            "SELECT at_ms, program, pid, what, was, now FROM \"release\""
	                            " WHERE at_ms BETWEEN ? AND ? ORDER BY at_ms",
	                            "ii", (int64_t)q->from_ms, (int64_t)MIN(q->to_ms, (uint64_t)INT64_MAX));

	while (sql_next(&r))
		*array_push(&c->releases) = (struct release){
			.at_ms = sql_u64(&r, 0),
			.program = sql_text(&r, 1, arena) ?: "",
			.pid = (uint32_t)sql_u64(&r, 2),
			.what = sql_text(&r, 3, arena) ?: "",
			.was = sql_text(&r, 4, arena),
			.now = sql_text(&r, 5, arena),
		};
	return sql_end(&r);
}

static void keep_asked(const struct history_request *q, lives *found)
{
	size_t kept = 0;

	array_each (found, l)
		if (is_asked(q, l))
			found->items[kept++] = *l;
	found->count = kept;
}

static int read_all_lives(sqlite3 *db, const struct history_request *q, struct chronicle *c)
{
	struct arena *arena = c->moment->arena;
	lives found = { 0 };
	int err = rows_read_lives(db, q->from_ms, q->to_ms, arena, &found);

	keep_asked(q, &found);
	err = err ?: rows_read_beside(db, &found, arena) ?: rows_read_victims(db, &found, arena);
	if (!err && q->points)
		err = rows_read_points(db, &found, arena);
	array_each (&found, l)
		*array_push(&c->lives) = *l;
	array_free(&found);
	return err;
}

static int read_day(const struct day_file *d, const struct history_request *q, struct chronicle *c)
{
	sqlite3 *db = NULL;
	int err = rows_open(d->path, &db);

	/* One picture of it, whatever is written meanwhile. */
	err = err ?: sql_run(db, "BEGIN");
	if (!err && q->figures && sql_number(db, "PRAGMA user_version", 0) >= FIGURES_SINCE)
		err = figures_read(db, q->from_ms, q->to_ms, c);
	err = err ?: read_looks(db, q, c) ?: read_notes(db, q, c) ?: read_releases(db, q, c) ?: read_all_lives(db, q, c);
	if (!err && q->past)
		err = past_read(db, q, c);
	sqlite3_close(db);
	return err;
}

/* What is open was seen at the last look, too: its row is written when it changes. */
static void date_open(struct chronicle *c)
{
	array_each (&c->lives, l)
		if (!l->ended_ms)
			l->last_ms = MAX(l->last_ms, c->last_look_ms);
}

/* The first day that is refused so. */
static const char *find_refused(const char *folder, int err, struct arena *arena)
{
	day_list days = { 0 };
	const char *path = folder;

	folder_list(folder, arena, &days);
	for (size_t i = 0; i < days.count && path == folder; i++) {
		sqlite3 *db = NULL;
		path = rows_open(days.items[i].path, &db) == err ? days.items[i].path : folder;
		sqlite3_close(db);
	}
	array_free(&days);
	return path;
}

static int tell_nothing(int err, const char *folder, struct arena *arena, struct gap *ret_why)
{
	bool none = err == -ENOENT;

	*ret_why = (struct gap){
		.what = arena_printf(arena, "the history in %s", folder),
		.why = none             ? "nobody has kept one there"
		       : err == -EACCES ? "it may be read by root and the group unfin alone"
		                        : why_not(err, find_refused(folder, err, arena), arena),
		.mend = none             ? "start the agent, which keeps it: unfin agent"
		        : err == -EACCES ? "run it with sudo, or join the group and log in anew: sudo usermod -aG "
		                           "unfin \"$USER\""
		        : err == -EPROTONOSUPPORT ? with_that
		                                  : NULL,
	};
	return err;
}

static bool is_within(const struct day_file *d, const struct history_request *q)
{
	/* A clock may have been set: a day's file has a little of the next one, too. */
	return d->begins_ms <= q->to_ms && d->begins_ms + 2 * (uint64_t)DAY_MS >= q->from_ms;
}

int history_read(const char *folder, const struct history_request *q, struct chronicle **ret, struct arena *arena,
                 struct gap *ret_why)
{
	cleanup(chronicle_cleanup) struct chronicle *c = chronicle_new();
	day_list days = { 0 };
	int err = folder_list(folder, arena, &days), first = 0;
	size_t read = 0;

	c->from_ms = q->from_ms;
	c->to_ms = q->to_ms;
	array_each (&days, d) {
		if (!is_within(d, q))
			continue;
		int day_err = read_day(d, q, c);
		first = first ?: day_err;
		read += !day_err;
		tell_unread(c, d, day_err);
	}
	err = err ?: days.count == 0 ? -ENOENT : !read ? first : 0;
	array_free(&days);
	if (err)
		return tell_nothing(err, folder, arena, ret_why);
	chronicle_join(c);
	date_open(c);
	*ret = take_ptr(c);
	return 0;
}

struct nearest {
	const struct day_file *day;
	uint64_t at_ms, apart_ms;
};

static int find_nearest(const struct day_file *d, uint64_t at_ms, struct nearest *n)
{
	sqlite3 *db = NULL;
	int err = rows_open(d->path, &db);

	if (!err) {
		struct sql_rows r = sql_ask(db, "SELECT at_ms FROM moment ORDER BY abs(at_ms - ?) LIMIT 1", "i",
		                            (int64_t)MIN(at_ms, (uint64_t)INT64_MAX));
		if (sql_next(&r)) {
			uint64_t is_ms = sql_u64(&r, 0), apart_ms = is_ms > at_ms ? is_ms - at_ms : at_ms - is_ms;
			if (!n->day || apart_ms < n->apart_ms)
				*n = (struct nearest){ d, is_ms, apart_ms };
		}
		err = sql_end(&r);
	}
	sqlite3_close(db);
	return err;
}

static void add_blob(const struct sql_rows *r, int column, struct text *out)
{
	const void *bytes = sqlite3_column_blob(r->statement, column);

	if (bytes) /* NULL: it is empty */
		text_add_bytes(out, bytes, (size_t)sqlite3_column_bytes(r->statement, column));
}

/* In a file of before version 6 there are no pieces. */
static int read_pieces(sqlite3 *db, uint64_t at_ms, struct text *packed)
{
	if (sql_number(db, "PRAGMA user_version", 0) < 6)
		return 0;
	struct sql_rows r = sql_ask(db, "SELECT bytes FROM piece WHERE at_ms = ? ORDER BY number", "i", (int64_t)at_ms);
	while (packed->length <= KEPT_BYTES_MOST && sql_next(&r))
		add_blob(&r, 0, packed);
	return sql_end(&r);
}

static int read_packed(sqlite3 *db, uint64_t at_ms, struct text *packed, uint64_t *ret_bytes)
{
	struct sql_rows r = sql_ask(db, "SELECT bytes, image FROM moment WHERE at_ms = ?", "i", (int64_t)at_ms);
	bool found = sql_next(&r);

	if (found) {
		*ret_bytes = sql_u64(&r, 0);
		add_blob(&r, 1, packed);
	}
	int err = sql_end(&r) ?: found ? 0 : -ENOENT;
	return err ?: read_pieces(db, at_ms, packed);
}

static int read_image(const struct nearest *n, struct text *ret)
{
	TEXT_CLEANUP packed = { 0 };
	sqlite3 *db = NULL;
	uint64_t bytes = 0;
	/* In one: who writes may take the pieces away meanwhile. */
	int err = rows_open(n->day->path, &db) ?: sql_run(db, "BEGIN") ?: read_packed(db, n->at_ms, &packed, &bytes);

	sqlite3_close(db);
	return err ?: inflate_image(packed.bytes, packed.length, bytes, ret);
}

int history_moment(const char *folder, uint64_t at_ms, uint64_t *ret_at_ms, struct text *ret_image, struct arena *arena,
                   struct gap *ret_why)
{
	day_list days = { 0 };
	struct nearest n = { 0 };
	int err = folder_list(folder, arena, &days), first = 0;

	array_each (&days, d)
		first = first ?: find_nearest(d, at_ms, &n);
	err = err ?: n.day ? read_image(&n, ret_image) : first ?: -ENOENT;
	*ret_at_ms = n.at_ms;
	array_free(&days);
	return err ? tell_nothing(err, folder, arena, ret_why) : 0;
}

static void add_times(const struct day_file *d, uint64_t to_ms, time_list *ret)
{
	sqlite3 *db = NULL;

	if (!rows_open(d->path, &db)) {
		struct sql_rows r =
		        sql_ask(db, "SELECT at_ms FROM moment WHERE at_ms <= ? ORDER BY at_ms", "i", (int64_t)to_ms);
		while (sql_next(&r))
			*array_push(ret) = sql_u64(&r, 0);
		sql_end(&r);
	}
	sqlite3_close(db);
}

int history_times(const char *folder, uint64_t to_ms, time_list *ret, struct arena *arena, struct gap *ret_why)
{
	day_list days = { 0 };
	int err = folder_list(folder, arena, &days);

	array_each (&days, d)
		add_times(d, to_ms, ret);
	array_free(&days);
	return err ? tell_nothing(err, folder, arena, ret_why) : 0;
}
