/* The start page: the verdict as a terminal shows it, and the way to the rest. Names are others' choice: all is
 * escaped. */
#pragma once
#include "documents.h"

struct site_plan;

void page_write(struct text *out, const struct document_ground *g, const struct site_plan *plan);
extern const char page_style_sheet[];
/* So that it is text to a browser, whatever it is. */
void html_add(struct text *out, const char *s);
