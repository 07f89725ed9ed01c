/* What a terminal is to show: rows of cells, each a character and how it stands out. Only what is printable and takes a
 * known number of columns can be put there (base/utf8.h), whatever the text was: nothing on it moves a cursor. */
#pragma once
#include "base/util.h"

enum style {
	STYLE_PLAIN = 0,
	STYLE_BOLD = 1 << 0,
	STYLE_DIM = 1 << 1,
	STYLE_REVERSE = 1 << 2,
	STYLE_RED = 1 << 3,
	STYLE_YELLOW = 1 << 4,
	STYLE_GREEN = 1 << 5,
	STYLE_CYAN = 1 << 6,
};

enum { CANVAS_ROWS_MOST = 1000, CANVAS_COLUMNS_MOST = 1000 };

struct canvas_cell {
	char bytes[5];   /* UTF-8 with its NUL; "": the second half of a wide one */
	uint8_t columns; /* 1, 2; 0: the second half */
	uint8_t style;   /* enum style */
};

struct canvas {
	unsigned rows, columns;
	struct canvas_cell *cells;     /* row by row */
	int cursor_row, cursor_column; /* -1: hidden */
};

/* All blank; what it was before is forgotten. */
void canvas_begin(struct canvas *c, unsigned rows, unsigned columns);
void canvas_free(struct canvas *c);

/* Puts the text there, cut at the canvas' right edge or after `most` columns; one that is cut ends with `+`. Our own
 * colours in it (base/text.h: \033[…m) become styles. The column behind it. Rows below the last one take nothing. */
unsigned canvas_put(struct canvas *c, unsigned row, unsigned column, unsigned most, unsigned style, const char *text);
/* Adds to the style of what is there. */
void canvas_mark(struct canvas *c, unsigned row, unsigned column, unsigned columns, unsigned style);

static inline const struct canvas_cell *canvas_at(const struct canvas *c, unsigned row, unsigned column)
{
	return &c->cells[row * c->columns + column];
}
