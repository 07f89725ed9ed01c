/* The little Markdown that docs/ is written in, for a terminal: headings, paragraphs and lists filled to its
 * width, code and tables as they are, and `<!-- handshake: STATE -->` drawn. */
#pragma once
#include "base/text.h"

struct markdown_style {
	bool color;
	unsigned columns; /* of the terminal; text stays narrower where it can */
};

void markdown_add(struct text *t, const char *source, const struct markdown_style *style);
/* One paragraph: words filled into lines, `first` before the first line, `indent` blanks before the others. */
void markdown_fill(struct text *t, const char *words, const char *first, size_t indent,
                   const struct markdown_style *style);
