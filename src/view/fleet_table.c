/* The tables' one way out: rows of values, and in JSON objects within the row. */
#include "document.h"
#include "fleet.h"
#include "fleet_shown.h"

void fleet_table_free(struct fleet_table *t)
{
	array_free(&t->cells);
	array_free(&t->groups);
	arena_free(t->arena);
}

size_t fleet_table_cut(struct fleet_table *t, size_t rows)
{
	size_t all = fleet_table_rows(t);

	rows = MIN(MAX(rows, (size_t)1), all);
	t->cells.count = MIN(t->cells.count, rows * t->width);
	t->groups.count = MIN(t->groups.count, rows);
	return all;
}

struct rows {
	struct fleet_table *table;
	size_t at;
};

static bool next_row(void *state, struct value *row)
{
	struct rows *r = state;

	if (r->at >= fleet_table_rows(r->table))
		return false;
	memcpy(row, fleet_table_row(r->table, r->at++), r->table->width * sizeof(*row));
	return true;
}

int fleet_table_write(int fd, struct fleet_table *t, const struct fleet *f, sheet_writer *write, bool no_header,
                      const struct page_style *style)
{
	bool people = write == sheet_table || write == sheet_md;
	struct rows rows = { t, 0 };
	struct sheet s = {
		.schema = t->schema,
		.rows = t->rows,
		.columns = t->columns,
		.width = t->width,
		.next = next_row,
		.state = &rows,
		.no_header = no_header,
		.cell = { .color = style->color, .wide = true },
	};
	TEXT_CLEANUP out = { 0 };

	if (people) {
		fleet_head(&out, f, t->counted, style);
		text_printf(&out, "%s\n", fleet_table_rows(t) ? "" : t->none);
	}
	int err = text_flush(&out, fd);
	if (!err && (fleet_table_rows(t) || !people))
		err = write(&s, fd);
	if (people)
		fleet_foot(&out, f, style);
	return err ?: text_flush(&out, fd);
}

static void json_value(struct json *j, const char *name, const struct value *v, struct text *scratch)
{
	switch (v->kind) {
	case VALUE_NONE:
		json_none(j, name);
		break;
	case VALUE_NUMBER:
		json_u64(j, name, v->number);
		break;
	case VALUE_YESNO:
		json_bool(j, name, v->number);
		break;
	case VALUE_DURATION:
		json_u64(j, name, v->range.low);
		break;
	case VALUE_STATE:
		json_text(j, name, state_json((enum tcp_state)v->number));
		break;
	default:
		scratch->length = 0;
		text_add(scratch, "");
		value_format(scratch, v);
		json_text(j, name, scratch->bytes);
	}
}

/* Is what begins here, up to a name's dot, all unknown? Then the object is null. */
static bool is_absent(const struct fleet_table *t, const struct value *row, size_t at, size_t prefix)
{
	const char *name = t->columns[at].name;

	for (; at < t->width && !strncmp(t->columns[at].name, name, prefix); at++)
		if (row[at].kind != VALUE_NONE)
			return false;
	return true;
}

static void json_cells(struct json *j, const struct fleet_table *t, const struct value *row)
{
	TEXT_CLEANUP scratch = { 0 };
	const char *object = NULL;

	for (size_t i = 0; i < t->width; i++) {
		const char *name = t->columns[i].name, *dot = strchr(name, '.');
		size_t prefix = dot ? (size_t)(dot - name) + 1 : 0;
		if (object && (!dot || strncmp(object, name, prefix))) {
			json_object_end(j);
			object = NULL;
		}
		if (dot && !object) {
			char outer[32];
			snprintf(outer, sizeof(outer), "%.*s", (int)prefix - 1, name);
			if (is_absent(t, row, i, prefix)) {
				json_none(j, outer);
				while (i + 1 < t->width && !strncmp(t->columns[i + 1].name, name, prefix))
					i++;
				continue;
			}
			json_object_begin(j, outer);
			object = name;
		}
		json_value(j, name + prefix, &row[i], &scratch);
	}
	if (object)
		json_object_end(j);
}

static void json_gap(struct json *j, const char *host, const char *what, const char *why)
{
	json_object_begin(j, NULL);
	json_text(j, "host", host);
	json_text(j, "what", what);
	json_text(j, "why", why);
	json_object_end(j);
}

static void json_gaps(struct json *j, const struct fleet *f)
{
	json_array_begin(j, "gaps");
	array_each (&f->unread, g)
		json_gap(j, g->host, g->what, g->why);
	array_each (&f->hosts, h) {
		const struct fleet_look *l = &f->looks.items[h->newest];
		if (l->gap && l->gap != f->away)
			json_gap(j, h->name, "all of its sockets", l->gap);
		if (fleet_keyless_why(f, l))
			json_gap(j, h->name, "sequence numbers", fleet_keyless_why(f, l));
	}
	json_array_end(j);
}

static void json_coverage(struct json *j, const struct fleet *f)
{
	const struct fleet_coverage c = fleet_coverage_of(f);

	json_object_begin(j, "coverage");
	json_bool(j, "complete", c.complete);
	json_object_begin(j, "hosts");
	json_u64(j, "seen", c.seen);
	json_u64(j, "silent", c.silent);
	json_u64(j, "blind", c.blind);
	json_u64(j, "late", c.late);
	json_u64(j, "lossy", c.lossy);
	json_u64(j, "keyless", c.keyless);
	json_u64(j, "gone", c.gone);
	json_object_end(j);
	json_gaps(j, f);
	json_object_end(j);
}

static void json_verdicts(struct json *j, const struct fleet_table *t, const struct fleet *f)
{
	if (t->counted != FLEET_COUNTED_ALL) {
		json_none(j, "verdicts");
		return;
	}
	json_object_begin(j, "verdicts");
	for (unsigned v = 0; v < PAIR_VERDICTS; v++)
		json_u64(j, pair_verdict_name(v), f->counts[v]);
	json_object_end(j);
}

static uint64_t last_taken_ms(const struct fleet *f)
{
	uint64_t last = 0;

	array_each (&f->looks, l)
		last = MAX(last, l->taken_unix_ms);
	return last;
}

static int flush_piece(struct text *out, int fd)
{
	return fd >= 0 && out->length >= SHEET_PIECE ? text_flush(out, fd) : 0;
}

static int json_rows(struct json *j, int fd, struct fleet_table *t, const struct fleet *f)
{
	size_t rows = fleet_table_rows(t);
	int err = 0;

	json_array_begin(j, t->rows);
	for (size_t row = 0; !err && row < rows; row++) {
		json_object_begin(j, NULL);
		json_cells(j, t, fleet_table_row(t, row));
		if (t->groups.count)
			fleet_json_shown_pair(j, t, f, row);
		json_object_end(j);
		err = flush_piece(j->out, fd);
	}
	json_array_end(j);
	return err;
}

int fleet_json(struct text *out, int fd, struct fleet_table *t, const struct fleet *f)
{
	struct json j = JSON(out, true);
	TEXT_CLEANUP schema = { 0 };

	text_printf(&schema, "unfin.%s/1", t->schema);
	json_object_begin(&j, NULL);
	json_text(&j, "schema", schema.bytes);
	document_time(&j, "taken_at", last_taken_ms(f));
	json_coverage(&j, f);
	json_verdicts(&j, t, f);
	int err = json_rows(&j, fd, t, f);
	fleet_json_shown(&j, t, f);
	document_end(&j);
	return err;
}

int fleet_jsonl(struct text *out, int fd, struct fleet_table *t)
{
	size_t rows = fleet_table_rows(t);
	int err = 0;

	for (size_t row = 0; !err && row < rows; row++) {
		struct json j = JSON(out, false);
		json_object_begin(&j, NULL);
		json_cells(&j, t, fleet_table_row(t, row));
		json_object_end(&j);
		if (out->bytes[out->length - 1] != '\n')
			text_add_char(out, '\n');
		err = flush_piece(out, fd);
	}
	return err;
}
