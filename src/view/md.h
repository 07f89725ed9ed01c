/* Markdown for tickets: names come from strangers, and what it would read as markup is shown as it is. */
#pragma once
#include "base/text.h"

void md_escape(struct text *out, const char *s);
/* In as many backticks as it takes: a command may hold some. */
void md_code(struct text *out, const char *text);
