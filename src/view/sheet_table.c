/* For people: columns as wide as the first rows need, numbers to the right, no blanks at the end of a line. A
 * longer value that comes later widens its column from there on; nothing is ever cut. */
#include "cell.h"
#include "sheet.h"

enum { ROWS_MEASURED = 2000, GAP = 2 };

struct table {
	const struct sheet *sheet;
	struct text out;
	struct text cells;                 /* of the rows measured, one after another */
	ARRAY(uint32_t) ends;              /* where each of those cells ends */
	uint32_t widths[SHEET_WIDTH_MOST]; /* in terminal columns */
	struct value row[SHEET_WIDTH_MOST];
};

static void table_free(struct table *t)
{
	text_free(&t->out);
	text_free(&t->cells);
	array_free(&t->ends);
}

/* Terminal columns of a piece of UTF-8. */
static uint32_t columns_of(const char *bytes, size_t length)
{
	uint32_t columns = 0;

	for (size_t i = 0; i < length; i++)
		columns += ((unsigned char)bytes[i] & 0xc0) != 0x80;
	return columns;
}

static void add_cell(struct table *t, size_t column, const char *bytes, size_t length)
{
	const struct sheet *s = t->sheet;
	uint32_t columns = columns_of(bytes, length), *width = &t->widths[column];

	*width = MAX(*width, columns);
	if (s->columns[column].right)
		text_pad(&t->out, ' ', *width - columns);
	text_add_bytes(&t->out, bytes, length);
	if (column + 1 == s->width)
		return;
	text_pad(&t->out, ' ', GAP + (s->columns[column].right ? 0 : *width - columns));
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

	for (size_t i = 0; i < s->width; i++)
		add_cell(t, i, s->columns[i].heading, strlen(s->columns[i].heading));
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
			cell_add(&t->cells, &t->row[i], s->wide);
			uint32_t columns = columns_of(t->cells.bytes + start, t->cells.length - start);
			t->widths[i] = MAX(t->widths[i], columns);
			*array_push(&t->ends) = (uint32_t)t->cells.length;
		}
	}
	return true;
}

static void add_measured(struct table *t)
{
	uint32_t start = 0;
	size_t column = 0;

	array_each (&t->ends, end) {
		add_cell(t, column, t->cells.bytes + start, *end - start);
		start = *end;
		if (++column < t->sheet->width)
			continue;
		column = 0;
		end_line(t);
	}
}

/* The streamed rows are most of a long list: a cell is written in its place, and moved if that is to the right. */
static void add_row(struct table *t)
{
	const struct sheet *s = t->sheet;
	struct text *out = &t->out;

	for (size_t i = 0; i < s->width; i++) {
		size_t start = out->length;
		cell_add(out, &t->row[i], s->wide);
		uint32_t columns = columns_of(out->bytes + start, out->length - start);
		t->widths[i] = MAX(t->widths[i], columns);
		size_t padding = t->widths[i] - columns;
		if (i + 1 < s->width || s->columns[i].right)
			text_pad(out, ' ', padding);
		if (s->columns[i].right && padding) {
			memmove(out->bytes + start + padding, out->bytes + start, out->length - padding - start);
			memset(out->bytes + start, ' ', padding);
		}
		if (i + 1 < s->width)
			text_pad(out, ' ', GAP);
	}
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
		add_row(&t);
		if (t.out.length >= SHEET_PIECE)
			err = text_flush(&t.out, fd);
	}
	return err ?: text_flush(&t.out, fd);
}
