/* The start page: the verdict as a terminal shows it, and the way to the rest. Names are others' choice: all is
 * escaped. */
#pragma once
#include "documents.h"

struct site_plan;

void page_write(struct text *out, const struct document_ground *g, const struct site_plan *plan);
/* Of a fleet, with its page as plain text. */
void page_write_fleet(struct text *out, const char *plain, const struct site_plan *plan);
void page_add_style(struct text *out);
extern const char page_icon[];
