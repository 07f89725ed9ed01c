/* The rules by rank: roots before effects. The list is cause/meson.build's. */
#include "rule.h"

#define CAUSE(name) extern const struct rule rule_##name;
#include "rule/cause/causes.inc"
#undef CAUSE

#define CAUSE(name) &rule_##name,
const struct rule *const rules[] = {
#include "rule/cause/causes.inc"
	NULL
};
#undef CAUSE

const struct rule *rule_of(const struct finding *f)
{
	return rules[rule_rank(f->id)];
}

unsigned rule_rank(const char *id)
{
	unsigned rank = 0;

	while (rules[rank] && !streq(rules[rank]->id, id))
		rank++;
	return rank;
}
