#include "rows.h"
#include "base/text.h"
#include "schema.h"
#include "sql.h"
#include <errno.h>

enum { WAIT_MS = 500 };

/* As a URI, which alone can say that what SQLite has beside the file is not to be written either. */
static void add_uri(struct text *t, const char *path)
{
	text_add(t, "file:");
	for (; *path; path++)
		if (strchr("%?#", *path))
			text_printf(t, "%%%02X", (unsigned char)*path);
		else
			text_add_char(t, *path);
	text_add(t, "?mode=ro&readonly_shm=1");
}

/* The writer's own files beside it (-wal, -shm) are used where they are; where there are none, the day is over. */
int rows_open(const char *path, sqlite3 **ret)
{
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_URI;
	TEXT_CLEANUP real = { 0 }, uri = { 0 };
	int err = 0;

	sql_path(path, &real);
	add_uri(&uri, real.bytes);
	if (sqlite3_open_v2(uri.bytes, ret, flags, NULL) != SQLITE_OK)
		err = *ret ? sql_error(*ret) : -ENOMEM;
	if (err)
		return err;
	sqlite3_db_config(*ret, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(*ret, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(*ret, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(*ret, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_busy_timeout(*ret, WAIT_MS);
	return schema_check(*ret);
}

const char *rows_newer(const char *path, struct arena *arena)
{
	sqlite3 *db = NULL;

	(void)rows_open(path, &db);
	const char *words = schema_newer(db, arena);
	sqlite3_close(db);
	return words;
}

static enum severity severity_at(const struct sql_rows *r, int column)
{
	return (enum severity)MIN(sql_u64(r, column), (uint64_t)SEVERITY_CRITICAL);
}

static void read_subject(const struct sql_rows *r, struct life *l, struct arena *arena)
{
	struct process *p = &l->subject;
	const char *comm = sql_text(r, 22, arena);

	l->subject_known = comm != NULL;
	if (!comm)
		return;
	snprintf(p->comm, sizeof(p->comm), "%s", comm);
	p->pid = (uint32_t)sql_u64(r, 20);
	p->start_unix_ms = sql_u64(r, 21);
	p->cmdline = sql_text(r, 23, arena);
	p->exe = sql_text(r, 24, arena);
	p->user = sql_text(r, 25, arena);
	p->unit = sql_text(r, 26, arena);
	p->container = sql_text(r, 27, arena);
	p->container_name = sql_text(r, 28, arena);
	p->pod = sql_text(r, 29, arena);
	p->detailed = true;
	l->subject_netns = sql_u64(r, 30);
}

static void read_life(const struct sql_rows *r, struct life *l, struct arena *arena)
{
	*l = (struct life){
		.row = (int64_t)sql_u64(r, 0),
		.key = sql_text(r, 1, arena) ?: "",
		.id = sql_text(r, 2, arena) ?: "",
		.title = sql_text(r, 3, arena),
		.thing = sql_text(r, 4, arena),
		.first_ms = sql_u64(r, 5),
		.last_ms = sql_u64(r, 6),
		.ended_ms = sql_u64(r, 7),
		.openings = (uint32_t)sql_u64(r, 8),
		.severity = severity_at(r, 9),
		.highest = severity_at(r, 10),
		.confidence = (enum confidence)MIN(sql_u64(r, 11), (uint64_t)CONFIDENCE_CERTAIN),
		.count = sql_u64(r, 12),
		.count_max = sql_u64(r, 13),
		.oldest_ms = sql_u64(r, 14),
		.netns = sql_text(r, 15, arena),
		.peer = sql_text(r, 16, arena),
		.listener = sql_text(r, 17, arena),
		.setting = sql_text(r, 18, arena),
		.caused_by = sql_text(r, 19, arena),
		.subject_why = sql_text(r, 31, arena),
		.before = sql_u64(r, 32),
	};
	read_subject(r, l, arena);
}

int rows_read_lives(sqlite3 *db, uint64_t from_ms, uint64_t to_ms, struct arena *arena, lives *ret)
{
	struct sql_rows r = sql_ask(
	        db,
	        "SELECT finding, key, id, title, thing, first_ms, last_ms, ended_ms, openings, severity, highest,"
	        " confidence, count, count_max, oldest_ms, netns, peer, listener, setting, caused_by, pid, started_ms,"
	        " comm, cmdline, exe, user, unit, container, container_name, pod, subject_netns, subject_why, before"
	        " FROM finding WHERE first_ms <= ? AND (ended_ms IS NULL OR ended_ms >= ?) ORDER BY finding",
	        "ii", (int64_t)MIN(to_ms, (uint64_t)INT64_MAX), (int64_t)from_ms);

	while (sql_next(&r))
		read_life(&r, array_push(ret), arena);
	return sql_end(&r);
}

static int compare_rows(const void *a, const void *b)
{
	const struct life *x = a, *y = b;

	return CMP(x->row, y->row);
}

static struct life *life_of(const lives *all, const struct sql_rows *r)
{
	const struct life key = { .row = (int64_t)sql_u64(r, 0) };

	return bsearch(&key, all->items, all->count, sizeof(key), compare_rows);
}

/* One question for all of them: the numbers between the first and the last. */
static struct sql_rows ask_of(sqlite3 *db, const lives *all, const char *sql)
{
	bool none = !all->count;

	return sql_ask(db, sql, "ii", none ? (int64_t)1 : all->items[0].row,
	               none ? (int64_t)0 : all->items[all->count - 1].row);
}

int rows_read_points(sqlite3 *db, lives *all, struct arena *arena)
{
	struct sql_rows r = ask_of(db, all,
	                           "SELECT finding, at_ms, count, severity FROM point WHERE finding BETWEEN ? AND ?"
	                           " ORDER BY finding, at_ms");

	while (sql_next(&r)) {
		struct life *l = life_of(all, &r);
		if (l)
			*array_push(&l->points) =
			        (struct life_point){ sql_u64(&r, 1), sql_u64(&r, 2), severity_at(&r, 3) };
	}
	return sql_end(&r);
}

int rows_read_victims(sqlite3 *db, lives *all, struct arena *arena)
{
	struct sql_rows r =
	        ask_of(db, all,
	               "SELECT finding, program, cmdline, pid, call, error, target, count, first_ms, last_ms"
	               " FROM failure WHERE finding BETWEEN ? AND ? ORDER BY finding, count DESC");

	while (sql_next(&r)) {
		struct life *l = life_of(all, &r);
		if (!l)
			continue;
		const char *target = sql_text(&r, 6, arena);
		*array_push(&l->victims) = (struct life_victim){
			.program = sql_text(&r, 1, arena) ?: "",
			.cmdline = sql_text(&r, 2, arena),
			.pid = (uint32_t)sql_u64(&r, 3),
			.call = sql_text(&r, 4, arena) ?: "",
			.error = sql_text(&r, 5, arena) ?: "",
			.target = target && *target ? target : NULL,
			.count = sql_u64(&r, 7),
			.first_ms = sql_u64(&r, 8),
			.last_ms = sql_u64(&r, 9),
		};
	}
	return sql_end(&r);
}

int rows_read_beside(sqlite3 *db, lives *all, struct arena *arena)
{
	struct sql_rows r = ask_of(db, all,
	                           "SELECT finding, r.\"release\", at_ms, program, pid, what, was, now FROM beside b"
	                           " JOIN \"release\" r USING (\"release\") WHERE b.finding BETWEEN ? AND ?"
	                           " ORDER BY b.finding, at_ms");

	while (sql_next(&r)) {
		struct life *l = life_of(all, &r);
		if (!l)
			continue;
		*array_push(&l->releases) = (struct release){
			.row = (int64_t)sql_u64(&r, 1),
			.at_ms = sql_u64(&r, 2),
			.program = sql_text(&r, 3, arena) ?: "",
			.pid = (uint32_t)sql_u64(&r, 4),
			.what = sql_text(&r, 5, arena) ?: "",
			.was = sql_text(&r, 6, arena),
			.now = sql_text(&r, 7, arena),
		};
	}
	return sql_end(&r);
}
