/* For people: columns as wide as the first rows need, numbers to the right, no blanks at the end of a line. A
 * longer value that comes later widens its column from there on; nothing is ever cut. */
#include "base/utf8.h"
#include "cell.h"
#include "sheet.h"

enum { ROWS_MEASURED = 2000, GAP = 2 };

struct measured {
	uint32_t end; /* in the cells' text */
	const char *color;
};

struct table {
	const struct sheet *sheet;
	struct text out;
	struct text cells; /* of the rows measured, one after another */
	ARRAY(struct measured) measured;
	uint32_t widths[SHEET_WIDTH_MOST]; /* in terminal columns */
	struct value row[SHEET_WIDTH_MOST];
};

static void table_free(struct table *t)
{
	text_free(&t->out);
	text_free(&t->cells);
	array_free(&t->measured);
}

/* Blanks before or after a cell, for the width of its column. */
static void add_padding(struct table *t, size_t column, size_t columns, bool before)
{
	const struct sheet *s = t->sheet;
	bool right = s->columns[column].right, last = column + 1 == s->width;

	if (before ? right : !right && !last)
		text_pad(&t->out, ' ', t->widths[column] - columns);
	if (!before && !last)
		text_pad(&t->out, ' ', GAP);
}

static void add_cell(struct table *t, size_t column, const char *bytes, size_t length, const char *color)
{
	uint32_t columns = (uint32_t)utf8_columns(bytes, length), *width = &t->widths[column];

	*width = MAX(*width, columns);
	add_padding(t, column, columns, true);
	text_add(&t->out, color ?: "");
	text_add_bytes(&t->out, bytes, length);
	text_add(&t->out, color ? CELL_PLAIN : "");
	add_padding(t, column, columns, false);
}

static void end_line(struct table *t)
{
	struct text *out = &t->out;

	while (out->length && out->bytes[out->length - 1] == ' ')
		out->length--;
	text_add_char(out, '\n');
}

static void add_header(struct table *t)
{
	const struct sheet *s = t->sheet;

	for (size_t i = 0; i < s->width; i++) {
		const char *heading = s->columns[i].heading;
		add_cell(t, i, heading, strlen(heading), s->cell.color ? CELL_HEAD : NULL);
	}
	end_line(t);
}

/* Pulls the first rows into memory, for the widths of the columns. False if those were all. */
static bool measure(struct table *t)
{
	const struct sheet *s = t->sheet;

	for (size_t i = 0; i < s->width && !s->no_header; i++)
		t->widths[i] = (uint32_t)text_columns(s->columns[i].heading);
	for (size_t rows = 0; rows < ROWS_MEASURED; rows++) {
		if (!s->next(s->state, t->row))
			return false;
		for (size_t i = 0; i < s->width; i++) {
			size_t start = t->cells.length;
			cell_add(&t->cells, &t->row[i], &s->cell);
			uint32_t columns = (uint32_t)utf8_columns(t->cells.bytes + start, t->cells.length - start);
			t->widths[i] = MAX(t->widths[i], columns);
			*array_push(&t->measured) = (struct measured){
				.end = (uint32_t)t->cells.length,
				.color = s->cell.color ? cell_color(&t->row[i]) : NULL,
			};
		}
	}
	return true;
}

static void add_measured(struct table *t)
{
	uint32_t start = 0;
	size_t column = 0;

	array_each (&t->measured, cell) {
		add_cell(t, column, t->cells.bytes + start, cell->end - start, cell->color);
		start = cell->end;
		if (++column < t->sheet->width)
			continue;
		column = 0;
		end_line(t);
	}
}

/* Of a long list nearly every cell comes here: it is written in its place, and moved if that is to the right. */
static void stream_cell(struct table *t, size_t column)
{
	const struct sheet *s = t->sheet;
	const char *color = s->cell.color ? cell_color(&t->row[column]) : NULL;
	struct text *out = &t->out;
	size_t start = out->length;

	text_add(out, color ?: "");
	size_t first = out->length;
	cell_add(out, &t->row[column], &s->cell);
	uint32_t columns = (uint32_t)utf8_columns(out->bytes + first, out->length - first);
	text_add(out, color ? CELL_PLAIN : "");
	size_t length = out->length - start, padding;
	t->widths[column] = MAX(t->widths[column], columns);
	padding = t->widths[column] - columns;
	if (s->columns[column].right && padding) {
		text_pad(out, ' ', padding);
		memmove(out->bytes + start + padding, out->bytes + start, length);
		memset(out->bytes + start, ' ', padding);
	}
	add_padding(t, column, columns, false);
}

static void stream_row(struct table *t)
{
	for (size_t i = 0; i < t->sheet->width; i++)
		stream_cell(t, i);
	end_line(t);
}

int sheet_table(const struct sheet *s, int fd)
{
	cleanup(table_free) struct table t = { .sheet = s };
	bool more = measure(&t);
	int err = 0;

	if (!s->no_header)
		add_header(&t);
	add_measured(&t);
	while (!err && more && s->next(s->state, t.row)) {
		stream_row(&t);
		if (t.out.length >= SHEET_PIECE)
			err = text_flush(&t.out, fd);
	}
	return err ?: text_flush(&t.out, fd);
}
