/* What the files of screen.h share among themselves. */
#pragma once
#include "action.h"
#include "roll.h"
#include "screen.h"

enum { MARGIN = 2 }; /* columns left of the overview, where `>` shows what is chosen */

/* Items: 0 is the verdict, then the findings, then the programs in their order. Their lines are in it, but the
 * verdict's, which stay at the top. `room`: so many lines there are for it; how much is told of findings depends on
 * that. */
void overview_make(const struct screen *s, unsigned room, struct roll *ret);
/* Where the chosen one is now; the nearest, if it has gone. */
int overview_chosen(const struct screen *s, const struct roll *d);
/* The lines of the page that is open. */
void page_make(const struct screen *s, struct roll *ret);
/* The picture's finding or program that the page is of; NULL: it has gone. */
const struct picture_finding *screen_finding(const struct screen *s);
const struct picture_program *screen_program(const struct screen *s);
/* Its lines at the top: verdict, what is wrong with what we see. */
void head_make(const struct screen *s, uint64_t now_ms, struct roll *ret);
/* The line that says where the moment is from and what is in force; and the keys, or the prompt. */
void bars_draw(const struct screen *s, struct canvas *c, uint64_t now_ms);
/* What stands at this column of the keys; ACTION_NONE. */
enum action bars_action_at(const struct screen *s, unsigned column);
unsigned severity_style(uint64_t severity);
unsigned verdict_style(uint64_t verdict);
/* The columns of programs: a heading, and a row. */
void program_heading(struct text *t, unsigned columns);
void program_row_add(struct text *t, unsigned columns, const struct picture_program *p);
/* The picture's programs in the order asked for: indexes, count of them, freed by the caller. */
uint32_t *programs_ordered(const struct picture *picture, enum program_order order);
const char *program_order_name(enum program_order order);
