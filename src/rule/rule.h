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
	bool (*suspect)(struct inquiry *q, uint32_t socket);
	enum per per;
	/* `f` is described already (count, oldest, subject, peer, sockets). True: it holds, and explains the sockets
	 * left in f->sockets. False: this is not the cause here. */
	bool (*check)(struct inquiry *q, const struct suspects *g, struct finding *f);
	/* Adds findings of its own. */
	void (*judge)(struct inquiry *q, const struct rule *rule);
	/* NULL, or: who caused this finding of the rule's, among q->findings; NULL: nobody. Proved by sockets that both
	 * are about, or by processes that wait for each other; never by comparing counts. */
	const struct finding *(*cause)(struct inquiry *q, const struct finding *f);
	/* It tells that something ran out, or that all is well: why its sockets are still there, others say. */
	bool explains_no_socket;
};

extern const struct rule *const rules[]; /* NULL at the end */
const struct rule *rule_of(const struct finding *f);
unsigned rule_rank(const char *id); /* 0 is the first root */

/* False: the request leaves this socket out for this rule. */
bool request_asks(const struct request *r, const struct moment *m, const struct rule *rule, const struct socket *s);
/* Drops the findings that were not asked for: after all others, so that causes keep what they are. */
void findings_select(struct inquiry *q);

/* Keys: the same for the same fault, after a restart too, so there is no pid in them. No two are alike. */
void findings_name(struct inquiry *q);

/* NULL: there is none of this serial. */
struct finding *finding_find(struct inquiry *q, uint32_t serial);
/* The first of the causes found so far; itself if it has none. */
const struct finding *finding_root(struct inquiry *q, const struct finding *f);

/* Takes out the findings for which `drop` (one bool each) holds. The effects of one that goes become roots, and say so.
 */
void findings_drop(struct inquiry *q, const bool *drop);

/* The steps of judge() after the rules, each in its own file. */
void findings_relate(struct inquiry *q); /* causes */
void findings_weigh(struct inquiry *q);  /* budgets, eta, severity */
void findings_order(struct inquiry *q);

/* Is its count one of connections that are left unfinished? Not so of failed calls, nor of what ran out. */
static inline bool finding_counts_unfinished(const struct finding *f)
{
	return f->count && !f->thing && !rule_of(f)->explains_no_socket;
}
