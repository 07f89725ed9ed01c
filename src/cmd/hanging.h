/* Where processes hang, asked of `unfin stacks`, which has the libraries for it: another program, for it needs rights
 * and calls that this one has given up by the time it knows whom to ask about. So a child is made while all is there
 * still, and waits; asked, it becomes that program, else it ends with us. */
#pragma once
#include "rule/judgement.h"

struct helper {
	int to, from; /* -1: there is none */
};

/* Before the session is opened. */
void hanging_prepare(struct helper *h);
/* For each finding that a process hangs: adds to the moment where its threads are, or why that is not known. False:
 * there was nothing to ask. Texts live in the moment's arena. */
bool hanging_ask(struct helper *h, const struct judgement *j, struct moment *m);
void hanging_end(struct helper *h); /* also of one that is all zero but for -1 */
