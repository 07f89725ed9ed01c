/* Events for people, a line each within 80 columns, and for programs, an object a line; and what they come to. */
#pragma once
#include "model/repeats.h"
#include "model/turnover.h"

struct watch_summary {
	uint64_t at_unix_ms, ms;    /* when it ends, and how long it is */
	const struct moment *names; /* that the rows speak of; its gaps are what the watch does not see */
	const turnover_list *rows;  /* of this time alone, most telling first: see turnover_order() */
	const struct event_books *books;
	bool whole;      /* of all the watch, not of the last period */
	bool now;        /* the rows know what is there now */
	bool sums_whole; /* the rows have also what was lost */
};

void watch_text_head(struct text *t);
/* Who leaves connections unfinished, a sentence each; nothing if nobody does. */
void watch_text_leaks(struct text *t, const struct watch_summary *s);
void watch_text_event(struct text *t, const struct moment *names, const struct event *e);
void watch_text_repeat(struct text *t, const struct moment *names, const struct repeat *r);
void watch_text_summary(struct text *t, const struct watch_summary *s);

void watch_json_event(struct text *t, const struct moment *names, const struct event *e);
void watch_json_summary(struct text *t, const struct watch_summary *s);
