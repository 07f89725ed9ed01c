/* Numbers over time: as a table of where each began, ended and has been between, and as a document with all points. */
#include "base/format.h"
#include "document.h"
#include "history.h"

static void json_figure(struct json *j, const struct figure *f)
{
	json_object_begin(j, NULL);
	json_text(j, "kind", figure_kind_name(f->kind));
	json_text(j, "what", f->what);
	json_text(j, "program", f->program);
	json_text(j, "side", f->side);
	json_text(j, "end", f->end);
	json_text(j, "netns", f->netns);
	json_array_begin(j, "points");
	array_each (&f->points, p) {
		json_object_begin(j, NULL);
		document_time(j, "at", p->at_ms);
		json_u64(j, "value", p->value);
		if (f->kind == FIGURE_LIMIT)
			json_u64(j, "limit", p->limit);
		if (f->kind == FIGURE_GROUP) {
			document_time(j, "oldest_since", p->oldest_ms);
			json_u64(j, "unread_bytes", p->unread);
		}
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

void history_counts_json(struct text *out, const struct chronicle *c)
{
	struct json j = JSON(out, true);

	document_begin(&j, "counts", c->moment);
	document_time(&j, "from", c->from_ms);
	document_time(&j, "to", c->to_ms);
	json_array_begin(&j, "counts");
	array_each (&c->figures, f)
		json_figure(&j, f);
	json_array_end(&j);
	document_end(&j);
}

struct figure_rows {
	const struct chronicle *chronicle;
	size_t at;
	struct text moved;
};

static void rows_free(struct figure_rows *r)
{
	text_free(&r->moved);
}

struct span {
	uint64_t low, high, sum;
};

static struct span span_of(const struct figure *f)
{
	struct span s = { .low = UINT64_MAX };

	array_each (&f->points, p) {
		s.low = MIN(s.low, p->value);
		s.high = MAX(s.high, p->value);
		s.sum += p->value;
	}
	return s;
}

static bool next_row(void *state, struct value *values)
{
	struct figure_rows *r = state;

	if (r->at == r->chronicle->figures.count)
		return false;
	const struct figure *f = &r->chronicle->figures.items[r->at++];
	const struct figure_point *first = &f->points.items[0], *last = &f->points.items[f->points.count - 1];
	struct span s = span_of(f);
	bool counted = f->kind == FIGURE_COUNT;

	r->moved.length = 0;
	format_rfc3339(&r->moved, last->at_ms);
	values[0] = value_text(f->what);
	values[1] = value_text(f->program);
	values[2] = value_text(f->side);
	values[3] = value_text(f->end);
	values[4] = counted ? (struct value){ 0 } : value_number(first->value);
	values[5] = counted ? (struct value){ 0 } : value_number(s.low);
	values[6] = value_number(s.high);
	values[7] = value_number(counted ? s.sum : last->value);
	values[8] = f->kind == FIGURE_LIMIT ? value_number(last->limit) : (struct value){ 0 };
	values[9] = value_text(r->moved.bytes);
	values[10] = value_text(f->netns);
	return true;
}

int history_counts(int fd, const struct chronicle *c, sheet_writer *write, const struct page_style *style)
{
	static const struct sheet_column columns[] = {
		{ "what", "What", false },      { "program", "Program", false },  { "side", "Side", false },
		{ "end", "End", false },        { "first", "First", true },       { "lowest", "Lowest", true },
		{ "highest", "Highest", true }, { "last", "Last, or sum", true }, { "limit", "Limit", true },
		{ "moved_at", "Moved", false }, { "netns", "Namespace", false },
	};
	cleanup(rows_free) struct figure_rows r = { .chronicle = c };
	const struct sheet s = {
		.schema = "counts",
		.rows = "counts",
		.moment = c->moment,
		.columns = columns,
		.width = ARRAY_SIZE(columns),
		.next = next_row,
		.state = &r,
		.cell = { .color = style->color },
	};

	return write(&s, fd);
}
