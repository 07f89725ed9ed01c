/* A kept file may be truncated, foreign, or made by somebody who wishes us ill: every value is checked for its kind
 * and range, every index for its array, before a rule sees it. */
#include "kept.h"
#include "base/stop.h"
#include "image.h"
#include "lines.h"
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

/* What a file of so many bytes can hold. SQLite lets pages be used many times over: 110 KB can be 400^5 rows. */
struct reader {
	sqlite3 *db;
	uint32_t format;
	uint64_t sum;
	uint64_t bytes_left; /* of the file, that values may still come from */
	uint64_t turns_left; /* of TURN_STEPS in SQLite's engine */
	struct kept_lines lines;
};

enum { TURN_STEPS = 1000, TURNS_LEAST = 1000, VALUE_BYTES_MOST = 1 << 20, ROW_BYTES = 3 };

static int error_of(const struct reader *r)
{
	int code = sqlite3_errcode(r->db);

	return code == SQLITE_NOMEM ? -ENOMEM : code == SQLITE_INTERRUPT && stop_asked() ? -EINTR : -EBADMSG;
}

static int spend(struct reader *r, uint64_t bytes)
{
	if (bytes > r->bytes_left)
		return -EBADMSG;
	r->bytes_left -= bytes;
	return 0;
}

/* A record has a length, a number, and one byte or more for the kind of each column; then the values. */
static int read_row(struct reader *r, const struct kept_table *t, sqlite3_stmt *row, void *item, struct arena *arena)
{
	int at = 0, err = spend(r, ROW_BYTES + (uint64_t)sqlite3_column_count(row));

	for (const struct kept_column *c = t->columns; c->name && !err; c++) {
		if (c->since > r->format)
			continue;
		struct kept_value v = column_value(row, at++);
		err = spend(r, v.length) ?: kept_set(c, item, &v, arena);
		r->sum = kept_value_sum(r->sum, &v);
	}
	return err;
}

/* Names the columns: a file whose table has others is not ours. */
static int table_select(const struct reader *r, const struct kept_table *t, sqlite3_stmt **ret)
{
	TEXT_CLEANUP sql = { 0 };

	for (const struct kept_column *c = t->columns; c->name; c++)
		if (c->since <= r->format)
			text_printf(&sql, "%s\"%s\"", sql.length ? ", " : "SELECT ", c->name);
	text_printf(&sql, " FROM %s ORDER BY rowid", t->name);
	return sqlite3_prepare_v2(r->db, sql.bytes, -1, ret, NULL) == SQLITE_OK ? 0 : error_of(r);
}

/* Room for one more item of the table's array, or the moment itself. */
static void *table_item(struct reader *r, const struct kept_table *t, struct moment *m)
{
	typedef ARRAY(char) bytes;

	if (t->array_offset == KEPT_ONE)
		return m;
	bytes *array = (bytes *)((t->of_lines ? (char *)&r->lines : (char *)m) + t->array_offset);
	if (array->count == array->room) {
		array->room = array->room ? array->room * 2 : 16;
		array->items = memory_resize(array->items, array->room, t->item_bytes);
	}
	return memset(array->items + array->count++ * t->item_bytes, 0, t->item_bytes);
}

static size_t rows_most(const struct kept_table *t)
{
	return t->array_offset == KEPT_ONE ? 1 : t->most ?: SIZE_MAX;
}

static int read_kept_table(struct reader *r, const struct kept_table *t, struct moment *m)
{
	sqlite3_stmt *row = NULL;
	int err = table_select(r, t, &row), step = SQLITE_DONE;
	size_t rows = 0;

	while (!err && (step = sqlite3_step(row)) == SQLITE_ROW) {
		err = rows++ >= rows_most(t) ? -EBADMSG : read_row(r, t, row, table_item(r, t, m), m->arena);
	}
	if (!err && step != SQLITE_DONE)
		err = error_of(r);
	sqlite3_finalize(row);
	return err;
}

/* The head of an SQLite file (sqlite.org/fileformat2.html, 1.3), read by ourselves: a truncated one still has it. */
static int read_head(const struct text *image, uint32_t *ret_format)
{
	enum { HEAD_BYTES = 100, FORMAT_AT = 60, APPLICATION_AT = 68 };
	static const char magic[16] = "SQLite format 3";
	uint32_t application;

	if (image->length < HEAD_BYTES || memcmp(image->bytes, magic, sizeof(magic)))
		return -EPROTO;
	memcpy(&application, image->bytes + APPLICATION_AT, sizeof(application));
	if (ntohl(application) != KEPT_APPLICATION)
		return -EPROTO;
	memcpy(ret_format, image->bytes + FORMAT_AT, sizeof(*ret_format));
	*ret_format = ntohl(*ret_format);
	return 0;
}

static void expected_schema(uint32_t format, struct text *out)
{
	for (const struct kept_table *t = kept_tables(); t->name; t++) {
		if (t->since > format)
			continue;
		kept_create_sql(out, t, format);
		text_add_char(out, '\n');
	}
	text_add(out, KEPT_SUM_TABLE "\n");
}

/* The tables are ours, in our order, to the byte: no view, no trigger, no column that computes. */
static int check_schema(const struct reader *r)
{
	TEXT_CLEANUP is = { 0 }, due = { 0 };
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ROW;

	expected_schema(r->format, &due);
	text_add(&is, "");
	if (sqlite3_prepare_v2(r->db, "SELECT sql FROM sqlite_schema ORDER BY rowid", -1, &row, NULL) != SQLITE_OK)
		return error_of(r);
	while (is.length <= due.length && (step = sqlite3_step(row)) == SQLITE_ROW)
		text_printf(&is, "%s\n", sqlite3_column_text(row, 0) ? (const char *)sqlite3_column_text(row, 0) : "");
	int err = step == SQLITE_ROW || (step == SQLITE_DONE && !streq(is.bytes, due.bytes)) ? -EBADMSG : 0;
	if (!err && step != SQLITE_DONE)
		err = error_of(r);
	sqlite3_finalize(row);
	return err;
}

static int check_sum(const struct reader *r)
{
	sqlite3_stmt *row = NULL;
	char want[20];
	int err = -EBADMSG;

	snprintf(want, sizeof(want), "%016llx", (unsigned long long)r->sum);
	if (sqlite3_prepare_v2(r->db, "SELECT checksum FROM kept", -1, &row, NULL) != SQLITE_OK)
		err = error_of(r);
	else if (sqlite3_step(row) == SQLITE_ROW && sqlite3_column_text(row, 0))
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

static bool counts_fit(const struct moment *m)
{
	array_each (&m->traffic, t)
		if (!is_index(t->process, m->processes.count, HOLDER_NONE) ||
		    !is_index(t->netns, m->netns.count, NETNS_UNKNOWN))
			return false;
	return true;
}

/* What was seen between two looks. */
static bool closes_fit(const struct moment *m)
{
	array_each (&m->departures, d)
		if (d->process >= m->processes.count || d->netns >= m->netns.count)
			return false;
	array_each (&m->departures_before, d)
		if (d->process >= m->processes.count || d->netns >= m->netns.count)
			return false;
	array_each (&m->first_closes, c)
		if (c->process >= m->processes.count || c->netns >= m->netns.count)
			return false;
	return true;
}

static bool events_fit(const struct moment *m)
{
	array_each (&m->addresses, l)
		if (l->netns >= m->netns.count || l->range.bits > 128 || l->state > ADDRESS_DUPLICATE)
			return false;
	array_each (&m->gone, t)
		if (!is_index(t->process, m->processes.count, HOLDER_NONE) || t->netns >= m->netns.count)
			return false;
	array_each (&m->failures, f)
		if (f->process >= m->processes.count || f->netns >= m->netns.count || f->call >= CALL_COUNT)
			return false;
	array_each (&m->awaited, a)
		if (a->process >= m->processes.count || a->socket >= m->sockets.count)
			return false;
	return closes_fit(m);
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

/* Until format 12, only its names tell. */
static void find_redacted(struct moment *m)
{
	m->redacted = m->boot_id && starts_with(m->boot_id, "host");
}

/* Until format 9, one bit meant two things: a listener's SOCKET_DROPPED was everybody else's SOCKET_RECV_FULL. */
static void part_flags(struct moment *m)
{
	array_each (&m->sockets, s)
		if (s->state != STATE_LISTEN && socket_has(s, SOCKET_DROPPED))
			s->flags = (s->flags & ~(uint32_t)SOCKET_DROPPED) | SOCKET_RECV_FULL;
}

static int read_tables(struct reader *r, struct moment *m)
{
	int err = check_schema(r);

	for (const struct kept_table *t = kept_tables(); !err && t->name; t++)
		err = t->since > r->format ? 0 : read_kept_table(r, t, m);
	if (!err)
		err = check_sum(r);
	if (err)
		return err;
	if (r->format < 10)
		part_flags(m);
	if (r->format < 13)
		find_redacted(m);
	return holders_fit(m) && sockets_fit(m) && events_fit(m) && counts_fit(m) && translations_fit(m) &&
	                       others_fit(m)
	               ? kept_lines_give(&r->lines, m)
	               : -EBADMSG;
}

/* No more work than a file of that size gives, and none when nobody waits any more. */
static int take_turn(void *context)
{
	struct reader *r = context;

	return stop_asked() || !r->turns_left--;
}

/* Values are wanted, and nothing that computes (sqlite.org/security.html). A column that is missing must not turn into
 * a text of its name. */
static int open_image(struct reader *r, struct text *image)
{
	static const struct {
		int what, on;
	} settings[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },      { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },    { SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
	};
	sqlite3_int64 length = (sqlite3_int64)image->length;

	if (sqlite3_open_v2(":memory:", &r->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		sqlite3_db_config(r->db, settings[i].what, settings[i].on, NULL);
	sqlite3_limit(r->db, SQLITE_LIMIT_LENGTH, VALUE_BYTES_MOST);
	sqlite3_progress_handler(r->db, TURN_STEPS, take_turn, r);
	return sqlite3_deserialize(r->db, "main", (unsigned char *)image->bytes, length, length,
	                           SQLITE_DESERIALIZE_READONLY) == SQLITE_OK
	               ? 0
	               : error_of(r);
}

static int read_image(struct text *image, uint32_t format, struct moment *m)
{
	struct reader r = {
		.format = format,
		.sum = KEPT_SUM_START,
		.bytes_left = image->length,
		.turns_left = TURNS_LEAST + image->length / TURN_STEPS * 4,
	};
	int err = open_image(&r, image) ?: read_tables(&r, m);

	kept_lines_free(&r.lines);
	sqlite3_close(r.db);
	return err;
}

static const char *why_not(int err, uint32_t format, struct arena *arena)
{
	switch (err) {
	case -EPROTO:
		return format ? arena_printf(arena, "it has format %u, and this unfin knows %d", format, KEPT_FORMAT)
		              : "it is no file that `unfin record` wrote";
	case -EBADMSG:
		return "it is damaged: a part is missing, or its checksum does not fit";
	case -ELOOP:
		return "it is a symbolic link, which is not followed: name the file itself";
	default:
		return arena_strdup(arena, strerror(-err));
	}
}

static int tell_unreadable_file(const char *path, int err, uint32_t format, struct arena *arena, struct gap *ret_why)
{
	*ret_why = (struct gap){
		.what = arena_strdup(arena, path),
		.why = why_not(err, format, arena),
		.mend = format > KEPT_FORMAT ? "read it with the unfin that wrote it, or a newer one" : NULL,
	};
	return err;
}

int kept_load(const char *path, struct text *ret_image, struct arena *arena, struct gap *ret_why)
{
	int err = image_read(path, ret_image);

	return err ? tell_unreadable_file(path, err, 0, arena, ret_why) : 0;
}

int kept_parse(const char *path, struct text *image, struct moment *m, struct arena *arena, struct gap *ret_why)
{
	uint32_t format = 0;
	int err = read_head(image, &format);
	bool known = format >= KEPT_FORMAT_LEAST && format <= KEPT_FORMAT;

	if (!err)
		err = known ? read_image(image, format, m) : -EPROTO;
	return err ? tell_unreadable_file(path, err, format, arena, ret_why) : 0;
}

int kept_read(const char *path, struct moment *m, struct arena *arena, struct gap *ret_why)
{
	TEXT_CLEANUP image = { 0 };

	return kept_load(path, &image, arena, ret_why) ?: kept_parse(path, &image, m, arena, ret_why);
}
