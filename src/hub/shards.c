#include "shards.h"
#include "base/array.h"
#include "base/clock.h"
#include "model/hash.h"
#include "schema.h"
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>

static const uint64_t ms_per_day = 24ULL * 3600 * 1000;

struct shard {
	const struct clickhouse_place *place;
	struct clickhouse *server;
	bool ready; /* it has the tables */
	struct text rows[ROW_CLASSES];
	struct text trouble;       /* of the last time that it failed */
	enum row_class first, end; /* what it is sent next, and */
	int err;                   /* what that came to */
};

struct shards {
	struct shard *items;
	size_t count;
	const struct shard *failed; /* the last one; NULL: none has */
};

struct shards *shards_new(const struct clickhouse_place *places, size_t count)
{
	struct shards *s = memory_zeroed(sizeof(*s));

	s->items = memory_zeroed(count * sizeof(*s->items));
	s->count = count;
	for (size_t i = 0; i < count; i++)
		s->items[i] = (struct shard){ .place = &places[i], .server = clickhouse_new(&places[i]) };
	return s;
}

void shards_free(struct shards *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++) {
		clickhouse_free(s->items[i].server);
		for (enum row_class c = 0; c < ROW_CLASSES; c++)
			text_free(&s->items[i].rows[c]);
		text_free(&s->items[i].trouble);
	}
	free(s->items);
	free(s);
}

const char *shards_trouble(const struct shards *s)
{
	return s->failed ? s->failed->trouble.bytes : "";
}

static int fail(struct shard *shard, const char *why)
{
	shard->trouble.length = 0;
	text_printf(&shard->trouble, "%s: %s", shard->place->url, why);
	return -EINPROGRESS;
}

static struct shard *shard_of(struct shards *s, enum row_class c, uint64_t host_id, const void *row)
{
	uint64_t by = c == ROW_SUSPECT ? ((const struct suspect_row *)row)->flow_id : host_id;

	return &s->items[hash_word(1, by) % s->count];
}

void shards_put(struct shards *s, const struct batch_header *h, const struct row_set *rows, uint64_t received_ms)
{
	struct row_stamp stamp = batch_stamp(h, received_ms);

	for (enum row_class c = 0; c < ROW_CLASSES; c++) {
		const struct row_layout *l = row_layout(c);
		for (size_t i = 0; i < rows->of[c].count; i++) {
			const void *row = row_at(rows, c, i);
			struct text *out = &shard_of(s, c, h->host_id, row)->rows[c];
			stamp.day = row_day(c, row);
			if (l->keep_days && stamp.day + l->keep_days < received_ms / ms_per_day)
				continue;
			row_write(out, l->stamp, &stamp);
			row_write(out, l->columns, row);
		}
	}
}

void shards_drop(struct shards *s)
{
	for (size_t i = 0; i < s->count; i++)
		for (enum row_class c = 0; c < ROW_CLASSES; c++)
			s->items[i].rows[c].length = 0;
}

static int run(struct shard *shard, const char *sql, struct text *ret)
{
	return clickhouse_run(shard->server, sql, NULL, ret) ? fail(shard, clickhouse_error(shard->server)) : 0;
}

static int make_tables(struct shard *shard, enum schema_dialect d)
{
	const char *database = shard->place->database;
	TEXT_CLEANUP sql = { 0 };

	text_printf(&sql, "CREATE DATABASE IF NOT EXISTS %s", database);
	int err = run(shard, sql.bytes, NULL);
	sql.length = 0;
	schema_add_versions(&sql, database);
	err = err ?: run(shard, sql.bytes, NULL);
	for (enum row_class c = 0; !err && c < ROW_CLASSES; c++) {
		sql.length = 0;
		schema_add_table(&sql, database, c, d);
		err = run(shard, sql.bytes, NULL);
	}
	return err;
}

/* Forward only: a newer hub may have added columns that this one does not know. */
static int check_version(struct shard *shard)
{
	const char *database = shard->place->database;
	TEXT_CLEANUP sql = { 0 }, answer = { 0 };

	text_printf(&sql, "SELECT max(version) FROM %s.schema_version", database);
	int err = run(shard, sql.bytes, &answer);
	unsigned long version = err ? 0 : strtoul(answer.bytes ?: "", NULL, 10);
	if (err || version == SCHEMA_VERSION)
		return err;
	if (version > SCHEMA_VERSION)
		return fail(shard, "its tables are of a newer unfin: update this hub");
	sql.length = 0;
	text_printf(&sql, "INSERT INTO %s.schema_version VALUES (%d, %" PRIu64 ")", database, SCHEMA_VERSION,
	            clock_unix_ms());
	return run(shard, sql.bytes, NULL);
}

static int prepare(struct shard *shard)
{
	TEXT_CLEANUP version = { 0 };

	if (shard->ready)
		return 0;
	if (clickhouse_greet(shard->server, &version))
		return fail(shard, clickhouse_error(shard->server));
	int err = make_tables(shard, schema_dialect_of(version.bytes ?: "")) ?: check_version(shard);
	shard->ready = !err;
	return err;
}

/* What it has taken is not kept. Whatever went wrong, its tables are looked at anew: somebody may have put another
 * server in its place. */
static int send(struct shard *shard, enum row_class c)
{
	struct text *rows = &shard->rows[c];
	TEXT_CLEANUP sql = { 0 };

	if (!rows->length)
		return 0;
	schema_add_insert(&sql, shard->place->database, c);
	if (clickhouse_run(shard->server, sql.bytes, rows, NULL)) {
		shard->ready = false;
		return fail(shard, clickhouse_error(shard->server));
	}
	rows->length = 0;
	return 0;
}

static void *send_some(void *one)
{
	struct shard *shard = one;

	shard->err = prepare(shard);
	for (enum row_class c = shard->first; !shard->err && c < shard->end; c++)
		shard->err = send(shard, c);
	return NULL;
}

/* All at once: each has processors of its own. One that is away does not stop the others, but for looks. */
static int send_all(struct shards *s, enum row_class first, enum row_class end)
{
	cleanup(cleanup_free) pthread_t *threads = memory_zeroed(s->count * sizeof(*threads));
	cleanup(cleanup_free) bool *started = memory_zeroed(s->count * sizeof(*started));
	int err = 0;

	for (size_t i = 0; i < s->count; i++) {
		s->items[i].first = first;
		s->items[i].end = end;
		started[i] = i + 1 < s->count && !pthread_create(&threads[i], NULL, send_some, &s->items[i]);
		if (!started[i])
			send_some(&s->items[i]);
	}
	for (size_t i = 0; i < s->count; i++) {
		if (started[i])
			pthread_join(threads[i], NULL);
		err = s->items[i].err ?: err;
		s->failed = s->items[i].err ? &s->items[i] : s->failed;
	}
	return err;
}

int shards_flush(struct shards *s)
{
	_Static_assert(ROW_LOOK + 1 == ROW_CLASSES, "looks are the last");
	return send_all(s, 0, ROW_LOOK) ?: send_all(s, ROW_LOOK, ROW_CLASSES);
}

/* Names of files that a server tells: digits, else they are not ours. */
static int drop_days(struct shard *shard, const struct row_layout *l, char *names)
{
	char *rest = NULL;
	int err = 0;

	for (char *name = strtok_r(names, "\n", &rest); name && !err; name = strtok_r(NULL, "\n", &rest)) {
		TEXT_CLEANUP sql = { 0 };
		if (strspn(name, "0123456789") != strlen(name))
			continue;
		text_printf(&sql, "ALTER TABLE %s.%s DROP PARTITION ID '%s'", shard->place->database, l->table, name);
		err = run(shard, sql.bytes, NULL);
	}
	return err;
}

static int tidy_table(struct shard *shard, const struct row_layout *l, uint64_t day)
{
	TEXT_CLEANUP sql = { 0 }, names = { 0 };

	text_printf(&sql,
	            "SELECT DISTINCT partition_id FROM system.parts WHERE database = '%s' AND table = '%s' AND active"
	            " AND max_date < toDate(%" PRIu64 ")",
	            shard->place->database, l->table, day - l->keep_days);
	int err = run(shard, sql.bytes, &names);
	return err ?: names.bytes ? drop_days(shard, l, names.bytes) : 0;
}

void shards_tidy(struct shards *s, uint64_t now_ms)
{
	for (struct shard *shard = s->items; shard < s->items + s->count; shard++)
		for (enum row_class c = 0; !prepare(shard) && c < ROW_CLASSES; c++)
			if (row_layout(c)->keep_days && tidy_table(shard, row_layout(c), now_ms / ms_per_day))
				break;
}
