/* A kept file whose every value is in its place and whose checksum fits, with values of somebody else's choice. What
 * the reader lets pass is judged, shown, grouped, kept once more and read again: then it must be the same.
 *
 * The input is a list of changes: table, row, column, kind of value, value. */
#include "fuzz.h"
#include "../unit/scene.h"
#include "model/group.h"
#include "source/kept/kept.h"
#include "source/kept/lines.h"
#include "source/kept/value.h"
#include "view/check.h"
#include <sqlite3.h>

enum { CHANGES_MOST = 24, TEXT_MOST = 48 };

struct change {
	uint8_t table, row, column;
	struct kept_value value;
	char *text; /* owned */
};

struct changes {
	struct change items[CHANGES_MOST];
	size_t count;
};

static void changes_free(struct changes *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->items[i].text);
}

static void changes_take(struct changes *c, struct fuzz_input *in)
{
	while (in->length && c->count < CHANGES_MOST) {
		struct change *new = &c->items[c->count++];
		new->table = (uint8_t)fuzz_number(in, 1);
		new->row = (uint8_t)fuzz_number(in, 1);
		new->column = (uint8_t)fuzz_number(in, 1);
		new->value.is = fuzz_number(in, 1) % (KEPT_IS_BYTES + 1);
		if (new->value.is == KEPT_IS_NUMBER) {
			new->value.number = (int64_t)fuzz_number(in, 1 + fuzz_number(in, 1) % 8);
		} else if (new->value.is != KEPT_IS_NULL) {
			new->text = fuzz_text(in, fuzz_number(in, 1) % TEXT_MOST);
			new->value.bytes = new->text;
			new->value.length = strlen(new->text);
		}
	}
}

/* A moment with something in each of its tables. */
static struct moment *base_moment(void)
{
	struct moment *m = scene_new();

	m->boot_id = "scene";
	m->kernel = "6.1";
	m->source = "bpf";
	m->window.ms = 2000;
	m->netns.items[0].in_scope = m->netns.items[0].table_seen = true;
	m->netns.items[0].port_first = 1000;
	m->netns.items[0].port_last = 1010;
	*array_push(&m->gone) = (struct trail){
		.state = STATE_CLOSE_WAIT,
		.local = scene_endpoint("10.0.0.1:1003"),
		.peer = scene_endpoint("10.9.9.9:80"),
		.age_min_ms = 9,
	};
	*array_push(&m->failures) = (struct failure){
		.process = 1,
		.count = 3,
		.error = 98,
		.target = scene_endpoint("0.0.0.0:0"),
		.source = scene_endpoint("0.0.0.0:0"),
		.elsewhere = scene_endpoint("0.0.0.0:0"),
		.target_known = true,
	};
	moment_gap(m, "all", "a reason", NULL);
	scene_lines(m);
	return m;
}

static void bind(sqlite3_stmt *insert, int at, const struct kept_value *v)
{
	if (v->is == KEPT_IS_NUMBER)
		sqlite3_bind_int64(insert, at, v->number);
	else if (v->is == KEPT_IS_TEXT)
		sqlite3_bind_text(insert, at, v->bytes, (int)v->length, SQLITE_TRANSIENT);
	else if (v->is == KEPT_IS_BYTES)
		sqlite3_bind_blob(insert, at, v->bytes, (int)v->length, SQLITE_TRANSIENT);
}

struct forger {
	sqlite3 *db;
	const struct changes *changes;
	struct kept_lines lines;
	uint64_t sum;
};

static struct kept_value value_of(const struct forger *f, size_t table, size_t row, const struct kept_column *column,
                                  size_t at, const void *item, struct text *scratch)
{
	size_t columns = kept_columns(&kept_tables()[table]);

	for (size_t i = 0; i < f->changes->count; i++) {
		const struct change *c = &f->changes->items[i];
		if (c->table == table && c->row == row && c->column % columns == at)
			return c->value;
	}
	return kept_get(column, item, scratch);
}

static void forge_row(struct forger *f, size_t table, size_t row, const void *item)
{
	const struct kept_table *t = &kept_tables()[table];
	TEXT_CLEANUP sql = { 0 };
	TEXT_CLEANUP scratch = { 0 };
	sqlite3_stmt *insert = NULL;

	for (size_t i = 0; i < kept_columns(t); i++)
		text_add(&sql, i ? ", ?" : "?");
	cleanup(cleanup_free) char *values = take_ptr(sql.bytes);
	sql = (struct text){ 0 };
	text_printf(&sql, "INSERT INTO %s VALUES (%s)", t->name, values);
	if (sqlite3_prepare_v2(f->db, sql.bytes, -1, &insert, NULL) != SQLITE_OK)
		abort();
	for (size_t i = 0; i < kept_columns(t); i++) {
		struct kept_value v = value_of(f, table, row, &t->columns[i], i, item, &scratch);
		bind(insert, (int)i + 1, &v);
		f->sum = kept_value_sum(f->sum, &v);
	}
	sqlite3_step(insert);
	sqlite3_finalize(insert);
}

static void forge_table(struct forger *f, size_t table, const struct moment *m)
{
	const struct kept_table *t = &kept_tables()[table];
	const char *of = t->of_lines ? (const char *)&f->lines : (const char *)m;
	TEXT_CLEANUP sql = { 0 };
	struct {
		const char *items;
		size_t count, room;
	} array = { (const char *)m, 1, 1 };

	for (const struct kept_column *c = t->columns; c->name; c++)
		text_printf(&sql, "%s\"%s\"", sql.length ? ", " : "", c->name);
	cleanup(cleanup_free) char *columns = take_ptr(sql.bytes);
	sql = (struct text){ 0 };
	text_printf(&sql, "CREATE TABLE %s (%s)", t->name, columns);
	sqlite3_exec(f->db, sql.bytes, NULL, NULL, NULL);
	if (t->array_offset != KEPT_ONE)
		memcpy(&array, of + t->array_offset, sizeof(array));
	for (size_t i = 0; i < array.count; i++)
		forge_row(f, table, i, array.items + i * t->item_bytes);
}

static void forge(const struct changes *changes, const char *path)
{
	struct forger f = { .changes = changes, .sum = KEPT_SUM_START };
	struct moment *m = base_moment();
	char sql[200];

	kept_lines_take(&f.lines, m);
	unlink(path);
	if (sqlite3_open(path, &f.db) != SQLITE_OK)
		abort();
	sqlite3_exec(f.db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN", NULL, NULL, NULL);
	for (size_t i = 0; kept_tables()[i].name; i++)
		forge_table(&f, i, m);
	snprintf(sql, sizeof(sql),
	         "CREATE TABLE kept (checksum); INSERT INTO kept VALUES ('%016llx'); COMMIT;"
	         "PRAGMA application_id = %d; PRAGMA user_version = %d",
	         (unsigned long long)f.sum, KEPT_APPLICATION, KEPT_FORMAT);
	sqlite3_exec(f.db, sql, NULL, NULL, NULL);
	sqlite3_close(f.db);
	kept_lines_free(&f.lines);
	moment_free(m);
}

static void show(const struct moment *m, struct text *ret_json)
{
	static const struct page_style style = { .columns = 80 };
	cleanup(judgement_cleanup) struct judgement *j = judge(m);
	TEXT_CLEANUP page = { 0 };
	TEXT_CLEANUP scratch = { 0 };

	struct check_ground g = { .moment = m, .judgement = j, .request = &request_default };
	check_text(&page, &g, &style);
	check_json(ret_json, &g);
	fuzz_expect_json(ret_json);
	array_each (&m->sockets, s)
		for (const struct field *f = field_table(); f->name; f++)
			field_value(f, m, s, &scratch);
}

static void expect_the_same(const char *path, const struct moment *m, const struct text *json)
{
	cleanup(moment_cleanup) struct moment *again = moment_new();
	TEXT_CLEANUP twice = { 0 };
	struct gap why = { 0 };

	unlink(path);
	if (kept_write(m, path, false, m->arena, &why) || kept_read(path, again, again->arena, &why))
		abort();
	show(again, &twice);
	if (!streq(twice.bytes, json->bytes))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input in = { bytes, length };
	cleanup(moment_cleanup) struct moment *m = moment_new();
	cleanup(changes_free) struct changes changes = { 0 };
	TEXT_CLEANUP json = { 0 };
	struct gap why = { 0 };
	char path[128];

	fuzz_path(path, "moment");
	changes_take(&changes, &in);
	forge(&changes, path);
	if (!kept_read(path, m, m->arena, &why)) {
		show(m, &json);
		expect_the_same(path, m, &json);
	} else if (!changes.count || !why.why) {
		abort();
	}
	unlink(path);
	return 0;
}
