/* Two judgements side by side: which findings are new, gone, worse, better or the same. A finding is the same one if
 * its key is (fault, namespace, program, other end); pids are in no key. Worse means weightier, or the same weight
 * and more of it. */
#pragma once
#include "judgement.h"
#include "model/compare.h"

enum change { CHANGE_NEW, CHANGE_WORSE, CHANGE_SAME, CHANGE_BETTER, CHANGE_GONE };

struct finding_change {
	enum change change;
	const struct finding *before, *after; /* of the judgements; NULL: not there */
};

struct changes {
	ARRAY(struct finding_change) findings; /* in the order of the enum, then as they were judged */
	bool worse;                            /* a warning or critical is new, or got worse */
};

/* Between two boots or hosts a namespace without a name has no identity: its inode does not count then. */
struct changes *changes_new(const struct judgement *before, const struct judgement *after, enum relation relation);
void changes_free(struct changes *c); /* NULL is fine */
void changes_cleanup(struct changes **c);

const char *change_name(enum change c); /* new, worse, … */
