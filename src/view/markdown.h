/* The little Markdown that docs/ is written in, for a terminal: headings, paragraphs and lists filled to its
 * width, code and tables as they are, and `<!-- handshake: STATE -->` drawn. */
#pragma once
#include "base/text.h"
#include "page_style.h"

void markdown_add(struct text *t, const char *source, const struct page_style *style);
