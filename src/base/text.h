/* A growing text: what is written is collected here and handed out in one piece or flushed to a file.
 * Always NUL-terminated. Errors of the file are kept and told at the end (a closed pipe is no surprise). */
#pragma once
#include "util.h"

struct text {
	char *bytes; /* never NULL after the first append */
	size_t length, room;
};

#define TEXT_CLEANUP cleanup(text_free) struct text

void text_free(struct text *t);
void text_add(struct text *t, const char *s);
void text_add_bytes(struct text *t, const char *bytes, size_t length);
void text_add_char(struct text *t, char c);
void text_add_u64(struct text *t, uint64_t value);
void text_pad(struct text *t, char c, size_t times);
void text_printf(struct text *t, const char *format, ...) PRINTF_LIKE(2, 3);

/* Names that others chose (process names, paths) can hold escape codes or broken UTF-8: shown here
 * with every byte that is not printable text as \xHH, so that no terminal obeys them. */
void text_add_shown(struct text *t, const char *s);

/* Columns that the text takes on a terminal, escape sequences of ours not counted. */
size_t text_columns(const char *s);

/* Writes all and empties the text. 0 or -errno. */
int text_flush(struct text *t, int fd);
