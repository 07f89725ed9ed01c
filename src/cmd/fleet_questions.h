/* The questions that a fleet is asked, a row each: the same on the command line and on the page. */
#pragma once
#include "fleet_files.h"
#include "view/fleet.h"

struct fleet_asked {
	const struct fleet *fleet;
	const struct fleet_takings *takings;
	const char *word;        /* SERVICE or TUPLE; NULL: the question takes none */
	struct endpoint ends[2]; /* of TUPLE */
	size_t end_count;
};

/* One question: what it needs, its table, and whether its answer is an alarm. */
struct fleet_question {
	const char *name;
	const char *takes; /* the word that comes before the files, NULL: none */
	const char *like;  /* such a word */
	unsigned asks;     /* enum fleet_asks */
	enum fleet_need need;
	bool by_pairs;              /* an end that is not known leaves it open */
	enum fleet_counted counted; /* then: which ends it is about, if not all */
	void (*fill)(struct fleet_table *t, const struct fleet_asked *a);
	bool (*page)(struct text *out, const struct fleet_asked *a,
	             const struct page_style *style); /* NULL: the table */
	bool (*is_bad)(const struct fleet_asked *a, const struct fleet_table *t);
};

extern const struct fleet_question fleet_questions[]; /* the first is asked where none is named; the last has no name */

const struct fleet_question *fleet_question_find(const char *word); /* NULL: there is none */
/* Takes its word, which may be NULL for a question without one. 0, or -EINVAL with what is wrong with it. */
int fleet_question_take(const struct fleet_question *q, struct fleet_asked *a, const char *word, struct text *ret_why);
/* Fills a zeroed table. 0, or -ENOENT with what is not there: a connection that nobody has. */
int fleet_question_fill(const struct fleet_question *q, const struct fleet_asked *a, struct fleet_table *t,
                        struct text *ret_why);
/* Something of its answer could not be seen, or is not known. */
bool fleet_question_is_open(const struct fleet_question *q, const struct fleet_asked *a);
