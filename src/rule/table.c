/* The rules by rank: roots before effects. */
#include "rule.h"

#define RULES(_)                                                                                                       \
	_(hung_owner)                                                                                                  \
	_(half_closed)                                                                                                 \
	_(inherited_fd)                                                                                                \
	_(stale_pool)                                                                                                  \
	_(never_closed)                                                                                                \
	_(slow_handler)                                                                                                \
	_(ports_exhausted)                                                                                             \
	_(accept_queue)

#define DECLARE(name) extern const struct rule rule_##name;
RULES(DECLARE)

#define NAME(name) &rule_##name,
const struct rule *const rules[] = { RULES(NAME) NULL };

unsigned rule_rank(const char *id)
{
	unsigned rank = 0;

	while (rules[rank] && !streq(rules[rank]->id, id))
		rank++;
	return rank;
}
