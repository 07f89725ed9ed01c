/* Where a command's data goes: stdout, in the format that was asked for. */
#pragma once
#include "options.h"
#include "view/sheet.h"

/* STATUS_OK, or STATUS_UNABLE after having said why it could not be written. */
int output_sheet(const struct options *o, struct sheet *sheet);
int output_text(struct text *t);
/* The same verdict on what a view wrote itself: 0 or -errno. */
int output_end(int err);
