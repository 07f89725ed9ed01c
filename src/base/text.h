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
void text_grow(struct text *t, size_t more); /* room for `more` bytes and the NUL */
void text_add_u64(struct text *t, uint64_t value);
void text_printf(struct text *t, const char *format, ...) PRINTF_LIKE(2, 3);

/* A listing is made of millions of small appends: these are inline for it. */
static inline void text_reserve(struct text *t, size_t more)
{
	if (t->length + more >= t->room)
		text_grow(t, more);
}

static inline void text_add_bytes(struct text *t, const char *bytes, size_t length)
{
	text_reserve(t, length);
	memcpy(t->bytes + t->length, bytes, length);
	t->length += length;
	t->bytes[t->length] = '\0';
}

static inline void text_add(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

static inline void text_add_char(struct text *t, char c)
{
	text_reserve(t, 1);
	t->bytes[t->length++] = c;
	t->bytes[t->length] = '\0';
}

static inline void text_pad(struct text *t, char c, size_t times)
{
	text_reserve(t, times);
	memset(t->bytes + t->length, c, times);
	t->length += times;
	t->bytes[t->length] = '\0';
}

/* Names that others chose (process names, paths) can hold escape codes or broken UTF-8: shown here
 * with every byte that is not printable text as \xHH, so that no terminal obeys them. */
void text_add_shown(struct text *t, const char *s);

/* The same between quotation marks, with those in it (and backticks) as \\xHH: who can choose a text must not choose
 * where it ends. text_add_name() leaves them out where there is nothing but what plain names have. */
void text_add_quoted(struct text *t, const char *s);
void text_add_name(struct text *t, const char *s);

/* Columns that the text takes on a terminal, escape sequences of ours not counted. */
size_t text_columns(const char *s);

/* Writes all and empties the text. 0 or -errno. */
int text_flush(struct text *t, int fd);
