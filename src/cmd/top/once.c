#include "once.h"
#include "base/clock.h"
#include "base/log.h"
#include "cmd/output.h"
#include "cmd/status.h"

enum { ROWS = 24, COLUMNS = 80 };

int once_size(const char *text, unsigned *ret_rows, unsigned *ret_columns)
{
	unsigned rows = ROWS, columns = COLUMNS;
	char rest;

	if (text && (sscanf(text, "%4ux%4u%c", &columns, &rows, &rest) != 2 || rows < SCREEN_ROWS_LEAST ||
	             rows > CANVAS_ROWS_MOST || columns < SCREEN_COLUMNS_LEAST || columns > CANVAS_COLUMNS_MOST)) {
		log_error("--size: \"%s\" is no size of a screen", text);
		log_hint("like 80x24: columns and rows, from %dx%d to %dx%d", SCREEN_COLUMNS_LEAST, SCREEN_ROWS_LEAST,
		         CANVAS_COLUMNS_MOST, CANVAS_ROWS_MOST);
		return STATUS_USAGE;
	}
	*ret_rows = rows;
	*ret_columns = columns;
	return STATUS_OK;
}

int once_write(struct screen *s)
{
	struct canvas c = { 0 };
	TEXT_CLEANUP out = { 0 };

	screen_draw(s, &c, clock_unix_ms());
	for (unsigned row = 0; row < c.rows; row++) {
		size_t kept = out.length;
		for (unsigned column = 0; column < c.columns; column++) {
			text_add(&out, canvas_at(&c, row, column)->bytes);
			if (*canvas_at(&c, row, column)->bytes != ' ')
				kept = out.length;
		}
		out.length = kept;
		text_add_char(&out, '\n');
	}
	canvas_free(&c);
	return output_text(&out);
}
