#include "canvas.h"
#include "base/memory.h"
#include "base/utf8.h"

static void cell_set(struct canvas_cell *cell, const char *bytes, size_t length, unsigned columns, unsigned style)
{
	memset(cell, 0, sizeof(*cell));
	memcpy(cell->bytes, bytes, length);
	cell->columns = (uint8_t)columns;
	cell->style = (uint8_t)style;
}

void canvas_begin(struct canvas *c, unsigned rows, unsigned columns)
{
	c->rows = MIN(rows, (unsigned)CANVAS_ROWS_MOST);
	c->columns = MIN(columns, (unsigned)CANVAS_COLUMNS_MOST);
	c->cells = memory_resize(c->cells, MAX(c->rows * c->columns, 1u), sizeof(*c->cells));
	for (unsigned i = 0; i < c->rows * c->columns; i++)
		cell_set(&c->cells[i], " ", 1, 1, STYLE_PLAIN);
	c->cursor_row = c->cursor_column = -1;
}

void canvas_free(struct canvas *c)
{
	free(c->cells);
	*c = (struct canvas){ 0 };
}

/* Of an escape sequence that views make, at its ESC: its style into `style`; the bytes it takes. */
static size_t take_color(const char *s, unsigned *style)
{
	static const struct {
		const char *code;
		unsigned style;
	} codes[] = { { "1", STYLE_BOLD },    { "2", STYLE_DIM },    { "31", STYLE_RED },
		      { "33", STYLE_YELLOW }, { "32", STYLE_GREEN }, { "36", STYLE_CYAN } };
	size_t length = strcspn(s, "m");

	if (s[length] != 'm')
		return strlen(s);
	for (const char *at = s + 2; at < s + length; at += strcspn(at, ";m") + 1) {
		size_t digits = strcspn(at, ";m");
		if (*at == '0')
			*style = STYLE_PLAIN;
		for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
			if (strlen(codes[i].code) == digits && !memcmp(codes[i].code, at, digits))
				*style |= codes[i].style;
	}
	return length + 1;
}

/* What others may have written is shown as a question mark: names have been made printable before, see
 * text_add_shown(). */
static size_t next_character(const char *s, const char **ret_bytes, unsigned *ret_columns)
{
	int length = utf8_printable(s);

	*ret_bytes = length ? s : *s == '\t' ? " " : "?";
	*ret_columns = length ? (unsigned)utf8_columns(s, (size_t)length) : 1;
	return length ? (size_t)length : 1;
}

static void put_character(struct canvas *c, unsigned row, unsigned column, const char *bytes, size_t length,
                          unsigned columns, unsigned style)
{
	struct canvas_cell *cell = &c->cells[row * c->columns + column];

	cell_set(cell, bytes, length, columns, style);
	if (columns == 2)
		cell_set(cell + 1, "", 0, 0, style);
}

/* The text goes on: the last column says so. A wide character is never left as half of one. */
static void mark_cut(struct canvas *c, unsigned row, unsigned from, unsigned end, unsigned style)
{
	if (end <= from)
		return;
	if (!canvas_at(c, row, end - 1)->columns && end - 1 > from)
		put_character(c, row, end - 2, " ", 1, 1, style);
	put_character(c, row, end - 1, "+", 1, 1, style | STYLE_DIM);
}

unsigned canvas_put(struct canvas *c, unsigned row, unsigned column, unsigned most, unsigned style, const char *text)
{
	unsigned end = MIN(c->columns, most < c->columns - MIN(column, c->columns) ? column + most : c->columns);
	unsigned color = STYLE_PLAIN, from = column;

	if (row >= c->rows)
		return column;
	while (*text) {
		const char *bytes;
		unsigned columns;
		if (*text == '\033') {
			text += take_color(text, &color);
			continue;
		}
		size_t length = next_character(text, &bytes, &columns);
		if (column + columns > end) {
			mark_cut(c, row, from, end, style);
			return end;
		}
		put_character(c, row, column, bytes, *bytes == *text ? length : 1, columns, style | color);
		column += columns;
		text += length;
	}
	return column;
}

void canvas_mark(struct canvas *c, unsigned row, unsigned column, unsigned columns, unsigned style)
{
	for (unsigned i = column; row < c->rows && i < c->columns && i - column < columns; i++)
		c->cells[row * c->columns + i].style |= (uint8_t)style;
}
