/* Paragraphs for a terminal: words wrapped at a width, continued under their own beginning. What stands
 * between `…` is one word, if it fits: a command stays on one line, to be copied. */
#pragma once
#include "base/text.h"

struct wrap {
	struct text *out;
	unsigned columns; /* of the terminal; at least 40 */
	bool ours;        /* no text of others is in it: what is wider than a line stays whole, to be copied */
};

/* `indent` blanks, `label` padded to `label_columns`, then the text, its later lines hanging under its first. */
void wrap_line(const struct wrap *w, unsigned indent, const char *label, unsigned label_columns, const char *text);
/* The same, with a command behind the text: it stays on one line, if it fits there. NULL: none. */
void wrap_command(const struct wrap *w, unsigned indent, const char *label, unsigned label_columns, const char *text,
                  const char *command);
