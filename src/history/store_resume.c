/* An agent that was restarted goes on with what was open: the same findings, begun when they began. */
#include "folder.h"
#include "rows.h"
#include "sql.h"
#include "store_rows.h"
#include <errno.h>

/* Its lists and its numbers go with it; its texts get an arena of their own. */
static void take(const struct life *found, bool here, uint64_t last_ms, life_list *ret)
{
	struct life *l = memory_zeroed(sizeof(*l));

	*l = *found;
	*array_push(ret) = l;
	l->last_ms = MAX(l->last_ms, last_ms);
	life_move(l, arena_new());
	if (here)
		return;
	l->row = 0;
	l->changed = true;
	array_each (&l->releases, r)
		r->row = 0;
}

static bool has_key(const life_list *l, const char *key)
{
	array_each (l, is)
		if (streq((*is)->key, key))
			return true;
	return false;
}

static int read_open(sqlite3 *db, bool here, uint64_t now_ms, life_list *ret)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	uint64_t last_ms = (uint64_t)MAX(sql_number(db, "SELECT max(last_ms) FROM look", 0), (int64_t)0);
	lives found = { 0 };
	last_ms = MIN(last_ms, now_ms); /* a clock that was set back has left looks of later */
	int err = rows_read_lives(db, 0, UINT64_MAX, arena, &found);

	err = err ?: rows_read_victims(db, &found, arena) ?: rows_read_beside(db, &found, arena);
	array_each (&found, l)
		if (!err && !l->ended_ms && !has_key(ret, l->key))
			take(l, here, last_ms, ret);
		else
			life_clear(l);
	array_free(&found);
	return err;
}

/* The day before, if today's file has just begun: 0 and a file to be closed, NULL where there is none. */
int store_open_last(const struct store *s, sqlite3 **ret)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	day_list days = { 0 };
	const struct day_file *last = NULL;
	int err = folder_list(s->folder, arena, &days);

	array_each (&days, d)
		if (strcmp(d->name, s->day) < 0)
			last = d;
	if (!err && last)
		err = rows_open(last->path, ret);
	array_free(&days);
	return err;
}

static int read_last_day(const struct store *s, uint64_t now_ms, life_list *ret)
{
	sqlite3 *db = NULL;
	int err = store_open_last(s, &db);

	if (!err && db)
		err = read_open(db, false, now_ms, ret);
	sqlite3_close(db);
	return err == -EAGAIN ? err : 0; /* one that can never be read has nothing to go on with */
}

int store_read_open(struct store *s, uint64_t now_ms, life_list *ret)
{
	if (sql_number(s->db, "SELECT count(*) FROM look", 0))
		return read_open(s->db, true, now_ms, ret);
	return read_last_day(s, now_ms, ret);
}
