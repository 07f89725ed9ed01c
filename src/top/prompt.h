/* One line that is typed: an expression. */
#pragma once
#include "base/text.h"
#include "key.h"

struct prompt {
	bool open;
	struct text text;
	size_t cursor;       /* byte, at the beginning of a character */
	size_t wrong_column; /* from 1, in characters: what is typed is no expression there; 0: it is one */
	struct text message; /* why, and what was meant */
};

enum prompt_end { PROMPT_GOES_ON, PROMPT_DONE, PROMPT_CANCELLED };

void prompt_begin(struct prompt *p, const char *text);
void prompt_free(struct prompt *p);
/* PROMPT_DONE only with a text that is right, or empty. */
enum prompt_end prompt_key(struct prompt *p, const struct key *k);
/* Columns of what is before the cursor. */
unsigned prompt_cursor_column(const struct prompt *p);
