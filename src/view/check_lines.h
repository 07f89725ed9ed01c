/* What is said of one finding, as label and text: the same words on the page and in a ticket. */
#pragma once
#include "rule/chronicle.h"
#include "rule/judgement.h"

/* What is told, and all that it is told from. */
struct check_ground {
	const struct moment *moment;
	const struct judgement *judgement;
	const struct request *request;     /* what was asked for: what was left out is told */
	const struct chronicle *chronicle; /* what an agent remembers of this host; NULL: none has watched it */
	const struct gap *unread;          /* why that cannot be read; NULL: it can, or there is none */
};

/* `label` is "" on the lines after the first of one kind. `command`, or NULL, is to be typed and ends the line. Both
 * texts are good until the call returns. */
typedef void finding_line(void *to, const char *label, const char *text, const char *command);

void finding_lines(const struct check_ground *g, const struct finding *f, finding_line *emit, void *to);
/* Since when: its beginning and the release beside it, where an agent has watched; else how old the oldest is. Nothing
 * where neither is known. */
void finding_since(struct text *t, const struct check_ground *g, const struct finding *f);
/* Who was seen failing because of it; a root's with those of its effects, or that nobody was. */
void finding_victims(const struct check_ground *g, const struct finding *f, finding_line *emit, void *to);
/* When what it eats ends, a line each, the one that ends first in front; a root's with those of its effects. */
void finding_ends(const struct check_ground *g, const struct finding *f, finding_line *emit, void *to);
/* Where these stand on a page: so far in, and the label so wide. */
enum { FINDING_INDENT = 4, FINDING_LABEL = 9 };
/* "critical never-closed", "(likely): leak.py[812] does not close …": `on` and `off` stand around the first. */
void finding_heading(struct text *t, const struct moment *m, const struct finding *f, const char *on, const char *off);
/* Its command, user and place. */
void finding_who(struct text *t, const struct process *who);
/* "leak.py[812] does not close connections …" */
void finding_title(struct text *t, const struct moment *m, const struct finding *f);
/* "nothing wrong on web1 at …: 12 of 12 sockets of the kernel's count seen, watched 2 s" without its first words,
 * which are verdict_words(). */
void verdict_words(struct text *t, const struct check_ground *g);
void verdict_circumstances(struct text *t, const struct moment *m);
/* Is TIME-WAIT no matter of any finding? Else no word of comfort. */
bool verdict_time_wait_is_normal(const struct judgement *j);
/* That failing calls were not watched, and how they are; nothing if they were. */
void verdict_unwatched(struct text *t, const struct moment *m);
/* "the processes of 3 namespaces: Permission denied (fix: …)" */
void verdict_gap(struct text *t, const struct gap *g);
/* What was left out on request, with commas; nothing if nothing was. */
void verdict_narrowed(struct text *t, const struct moment *m);
