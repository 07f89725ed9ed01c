/* Lines that are wrapped already, some of which belong to something that can be chosen: what a screen shows a part of.
 */
#pragma once
#include "base/arena.h"
#include "base/array.h"
#include "picture.h"

enum { ITEM_NONE = -1 };

struct roll_line {
	const char *text;
	unsigned style;                               /* enum style, of the whole line */
	unsigned mark_from, mark_columns, mark_style; /* of a part of it */
	int item;                                     /* index into items, ITEM_NONE */
};

struct roll_item {
	const char *id;       /* stays the same from picture to picture */
	int finding, program; /* index into the picture's; -1: none */
};

struct roll {
	struct arena *arena;
	unsigned columns; /* to wrap at */
	ARRAY(struct roll_line) lines;
	ARRAY(struct roll_item) items;
	int item;       /* that the next lines belong to */
	unsigned style; /* of the next lines */
};

void roll_begin(struct roll *d, unsigned columns);
void roll_free(struct roll *d);
/* One line as it is. */
struct roll_line *roll_line_add(struct roll *d, const char *text);
/* Wrapped as view/wrap.h does it; the first line of them. */
struct roll_line *roll_wrap(struct roll *d, unsigned indent, const char *label, unsigned label_columns,
                            const char *text, const char *command);
/* The lines of a text of ours. */
void roll_text(struct roll *d, const char *text);
/* A finding's or a program's, as `unfin check` indents them. */
void roll_told(struct roll *d, const struct picture_line *l);
/* The first line of this item; and how many it has. */
size_t roll_find(const struct roll *d, int item, size_t *ret_count);
