/* The screen as text: what --once writes. */
#pragma once
#include "top/screen.h"

/* `--size`; NULL: 80x24. STATUS_OK, or STATUS_USAGE after having said what is wrong. */
int once_size(const char *text, unsigned *ret_rows, unsigned *ret_columns);
/* Draws it, and writes its lines, with no blanks at their ends. enum status. */
int once_write(struct screen *s);
