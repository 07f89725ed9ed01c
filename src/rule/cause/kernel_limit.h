/* Limits of the kernel that bite for themselves: no process is at fault, and all suffer. Each cause has its file; what
 * they share is here. A count alone is history: such a rule holds if the limit is reached, if its counter grew while
 * watched, or if two looks show it near. */
#pragma once
#include "rule/ground/reach.h"
#include "rule/rule.h"

struct kernel_limit {
	enum limit_kind kind;
	const char *grew;           /* what the counter counts, after a number: "connections skipped their TIME-WAIT" */
	const char *now, *for_good; /* what to do; NULL: nothing */
	/* What the counter gained while watched, as far as it tells of this limit. */
	uint64_t (*grown)(const struct moment *m, const struct limit *l);
	/* NULL, or further proof: who suffers. Asked only if the limit bit while watched. */
	void (*tell)(struct inquiry *q, struct finding *f);
};

void kernel_limit_judge(struct inquiry *q, const struct rule *rule, const struct kernel_limit *what);

/* At least 95% of it are used. */
bool limit_is_nearly_used(const struct limit *l);
