/* A kept file may be truncated, foreign, or made by somebody who wishes us ill: every value is checked for its kind
 * and range, every index for its array, before a rule sees it. */
#include "kept.h"
#include "value.h"
#include <arpa/inet.h>
#include <errno.h>
#include <sqlite3.h>

static struct kept_value column_value(sqlite3_stmt *row, int at)
{
	switch (sqlite3_column_type(row, at)) {
	case SQLITE_INTEGER:
		return (struct kept_value){ .is = KEPT_IS_NUMBER, .number = sqlite3_column_int64(row, at) };
	case SQLITE_TEXT:
		return (struct kept_value){ .is = KEPT_IS_TEXT,
			                    .bytes = sqlite3_column_text(row, at),
			                    .length = (size_t)sqlite3_column_bytes(row, at) };
	case SQLITE_BLOB:
		return (struct kept_value){ .is = KEPT_IS_BYTES,
			                    .bytes = sqlite3_column_blob(row, at),
			                    .length = (size_t)sqlite3_column_bytes(row, at) };
	default:
		return (struct kept_value){ .is = KEPT_IS_NULL };
	}
}

static int read_row(const struct kept_table *t, uint32_t format, sqlite3_stmt *row, void *item, struct arena *arena,
                    uint64_t *sum)
{
	int at = 0;

	for (const struct kept_column *c = t->columns; c->name; c++) {
		if (c->since > format)
			continue;
		struct kept_value v = column_value(row, at++);
		int err = kept_set(c, item, &v, arena);
		if (err)
			return err;
		*sum = kept_value_sum(*sum, &v);
	}
	return 0;
}

/* Names the columns: a file whose table has others is not ours. */
static int table_select(sqlite3 *db, const struct kept_table *t, uint32_t format, sqlite3_stmt **ret)
{
	TEXT_CLEANUP sql = { 0 };

	for (const struct kept_column *c = t->columns; c->name; c++)
		if (c->since <= format)
			text_printf(&sql, "%s\"%s\"", sql.length ? ", " : "SELECT ", c->name);
	text_printf(&sql, " FROM %s ORDER BY rowid", t->name);
	return sqlite3_prepare_v2(db, sql.bytes, -1, ret, NULL) == SQLITE_OK ? 0 : -EBADMSG;
}

/* Room for one more item of the table's array, or the moment itself. */
static void *table_item(const struct kept_table *t, struct moment *m)
{
	typedef ARRAY(char) bytes;

	if (t->array_offset == KEPT_ONE)
		return m;
	bytes *array = (bytes *)((char *)m + t->array_offset);
	if (array->count == array->room) {
		array->room = array->room ? array->room * 2 : 16;
		array->items = memory_resize(array->items, array->room, t->item_bytes);
	}
	return memset(array->items + array->count++ * t->item_bytes, 0, t->item_bytes);
}

static int read_table(sqlite3 *db, const struct kept_table *t, uint32_t format, struct moment *m, uint64_t *sum)
{
	sqlite3_stmt *row = NULL;
	int err = table_select(db, t, format, &row), step = SQLITE_DONE;

	while (!err && (step = sqlite3_step(row)) == SQLITE_ROW)
		err = read_row(t, format, row, table_item(t, m), m->arena, sum);
	sqlite3_finalize(row);
	return err ? err : step == SQLITE_DONE ? 0 : -EBADMSG;
}

/* The head of an SQLite file (sqlite.org/fileformat2.html, 1.3), read by ourselves: a truncated one still has it. */
static int read_head(const char *path, uint32_t *ret_format)
{
	enum { HEAD_BYTES = 100, FORMAT_AT = 60, APPLICATION_AT = 68 };
	static const char magic[16] = "SQLite format 3";
	cleanup(cleanup_fclose) FILE *file = fopen(path, "re");
	unsigned char head[HEAD_BYTES];
	uint32_t application;

	if (!file)
		return -errno;
	if (fread(head, sizeof(head), 1, file) != 1 || memcmp(head, magic, sizeof(magic)))
		return -EPROTO;
	memcpy(ret_format, head + FORMAT_AT, sizeof(*ret_format));
	memcpy(&application, head + APPLICATION_AT, sizeof(application));
	*ret_format = ntohl(*ret_format);
	return ntohl(application) == KEPT_APPLICATION ? 0 : -EPROTO;
}

static int check_sum(sqlite3 *db, uint64_t sum)
{
	sqlite3_stmt *row = NULL;
	char want[20];
	int err = -EBADMSG;

	snprintf(want, sizeof(want), "%016llx", (unsigned long long)sum);
	if (sqlite3_prepare_v2(db, "SELECT checksum FROM kept", -1, &row, NULL) == SQLITE_OK &&
	    sqlite3_step(row) == SQLITE_ROW && sqlite3_column_text(row, 0))
		err = streq((const char *)sqlite3_column_text(row, 0), want) ? 0 : -EBADMSG;
	sqlite3_finalize(row);
	return err;
}

static bool is_index(uint32_t index, size_t count, uint32_t none)
{
	return index == none || index < count;
}

/* A holder's next one always stands behind it: so no list can be a ring. */
static bool holders_fit(const struct moment *m)
{
	array_each (&m->holders, h) {
		size_t at = (size_t)(h - m->holders.items);
		if (h->process >= m->processes.count || !is_index(h->next, m->holders.count, HOLDER_NONE) ||
		    h->next <= at)
			return false;
	}
	return true;
}

static bool sockets_fit(const struct moment *m)
{
	array_each (&m->sockets, s) {
		if (s->netns >= m->netns.count || !is_index(s->first_holder, m->holders.count, HOLDER_NONE) ||
		    s->role > ROLE_LISTENER || s->unowned >= UNOWNED_COUNT || s->timer > TIMER_PROBE)
			return false;
	}
	return true;
}

static bool translations_fit(const struct moment *m)
{
	array_each (&m->translations, t)
		if (t->netns >= m->netns.count)
			return false;
	array_each (&m->crossings, c)
		if (!is_index(c->client, m->sockets.count, INDEX_NONE) ||
		    !is_index(c->server, m->sockets.count, INDEX_NONE))
			return false;
	return true;
}

/* What was seen between two looks. */
static bool events_fit(const struct moment *m)
{
	array_each (&m->gone, t)
		if (!is_index(t->process, m->processes.count, HOLDER_NONE) || t->netns >= m->netns.count)
			return false;
	array_each (&m->failures, f)
		if (f->process >= m->processes.count || f->netns >= m->netns.count || f->call >= CALL_COUNT)
			return false;
	array_each (&m->departures, d)
		if (d->process >= m->processes.count || d->netns >= m->netns.count)
			return false;
	array_each (&m->first_closes, c)
		if (c->process >= m->processes.count || c->netns >= m->netns.count)
			return false;
	array_each (&m->awaited, a)
		if (a->process >= m->processes.count || a->socket >= m->sockets.count)
			return false;
	return true;
}

static bool others_fit(const struct moment *m)
{
	array_each (&m->processes, p)
		if (!is_index(p->netns, m->netns.count, NETNS_UNKNOWN))
			return false;
	array_each (&m->coverage.gaps, g)
		if (!g->what || !g->why)
			return false;
	return true;
}

static int read_all(sqlite3 *db, uint32_t format, struct moment *m)
{
	uint64_t sum = KEPT_SUM_START;
	int err = 0;

	for (const struct kept_table *t = kept_tables(); !err && t->name; t++)
		err = t->since > format ? 0 : read_table(db, t, format, m, &sum);
	if (!err)
		err = check_sum(db, sum);
	if (err)
		return err;
	return holders_fit(m) && sockets_fit(m) && events_fit(m) && translations_fit(m) && others_fit(m) ? 0 : -EBADMSG;
}

/* Values are wanted, and nothing that computes: a view could go on for ever (sqlite.org/security.html). A column
 * that is missing must not turn into a text of its name. */
static int open_foreign(const char *path, sqlite3 **ret)
{
	static const struct {
		int what, on;
	} settings[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },      { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },    { SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
	};
	int err = sqlite3_open_v2(path, ret, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK ? 0 : -EBADMSG;

	for (size_t i = 0; !err && i < ARRAY_SIZE(settings); i++)
		sqlite3_db_config(*ret, settings[i].what, settings[i].on, NULL);
	return err;
}

int kept_read(const char *path, struct moment *m, struct arena *arena, struct gap *ret_why)
{
	sqlite3 *db = NULL;
	uint32_t format = 0;
	int err = read_head(path, &format);

	*ret_why = (struct gap){ .what = arena_printf(arena, "the kept moment %s", path) };
	if (err == -EPROTO) {
		ret_why->why = "it is no file that `unfin record` wrote";
	} else if (err) {
		ret_why->why = arena_strdup(arena, strerror(-err));
	} else if (format < KEPT_FORMAT_LEAST || format > KEPT_FORMAT) {
		err = -EPROTO;
		ret_why->why = arena_printf(arena, "it has format %u, and this unfin knows %d", format, KEPT_FORMAT);
		ret_why->mend = format > KEPT_FORMAT ? "read it with the unfin that wrote it, or a newer one" : NULL;
	}
	if (err)
		return err;
	err = open_foreign(path, &db);
	if (!err)
		err = read_all(db, format, m);
	sqlite3_close(db);
	if (err)
		ret_why->why = "it is damaged: a part is missing, or its checksum does not fit";
	return err;
}
