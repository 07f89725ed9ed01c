/* Lines of code, asked of `unfin stacks`, which has the libraries for it: where processes hang, and where sockets were
 * opened that are not finished. It is another program, for it needs rights and calls that this one has given up by the
 * time it knows what to ask. So a child is made while all is there still. To follow what is opened, it becomes that
 * program at once; else it waits, becomes it when it is asked, and ends with us if it is not. */
#pragma once
#include "options.h"
#include "rule/judgement.h"

struct helper {
	int to;      /* -1: there is none */
	bool wanted; /* it is missed where there is none */
	bool follows;
};

/* Of a helper that was never prepared nothing is asked, and nothing is missed. */
#define LINES_UNWANTED ((struct helper){ .to = -1 })

/* Before the session is opened. With a --window, also what is opened from now on is followed, where --netns says so.
 * Not for a moment that was kept: its processes stand elsewhere now. */
void lines_prepare(struct helper *h, const struct options *o);
/* For each finding that a process hangs: adds to the moment where its threads are, or why that is not known; for the
 * sockets of others where they were opened, if that was followed. The findings have them then. Texts live in the
 * moment's arena. */
void lines_ask(struct helper *h, struct judgement *j, struct moment *m);
/* The same for a moment that is kept or shown elsewhere: it is judged first. */
void lines_add(struct helper *h, struct moment *m);
void lines_end(struct helper *h); /* also of one that is not there */
