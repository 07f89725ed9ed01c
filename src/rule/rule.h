/* One cause, one rule, one file. A rule looks at sockets no rule of a higher rank has explained: the engine
 * finds those that match `where`, puts them together as `per` says, and asks `check` about each group. A rule
 * about more than groups of sockets has `judge`, instead or as well. Adding one costs a file, a docs page, and a word
 * in the list in table.c, whose order is the rank: roots before effects (contract, section 2). */
#pragma once
#include "suspects.h"

struct rule {
	const char *id, *title;
	const char *where; /* model/filter/filter.h; the text is the rule's own, so it is valid */
	/* NULL, or asked of what matches `where`: for what an expression cannot say. */
	bool (*suspect)(const struct moment *m, struct judgement *j, uint32_t socket);
	enum per per;
	/* `f` is described already (count, oldest, subject, peer, sockets). True: it holds, and explains the sockets
	 * left in f->sockets. False: this is not the cause here. */
	bool (*check)(const struct moment *m, const struct suspects *g, struct judgement *j, struct finding *f);
	/* Adds findings of its own. */
	void (*judge)(const struct moment *m, const struct rule *rule, struct judgement *j);
};

extern const struct rule *const rules[]; /* NULL at the end */
unsigned rule_rank(const char *id);      /* 0 is the first root */

/* False: the request leaves this socket out for this rule. */
bool request_asks(const struct request *r, const struct moment *m, const struct rule *rule, const struct socket *s);
/* Drops the findings that were not asked for: after all others, so that causes keep what they are. */
void judgement_select(const struct moment *m, struct judgement *j);

/* Keys: the same for the same fault, after a restart too, so there is no pid in them. */
void judgement_name(const struct moment *m, struct judgement *j);

/* The steps of judge() after the rules, each in its own file. */
void judgement_relate(const struct moment *m, struct judgement *j); /* caused_by */
void judgement_weigh(const struct moment *m, struct judgement *j);  /* budgets, eta, severity */
void judgement_order(struct judgement *j);
