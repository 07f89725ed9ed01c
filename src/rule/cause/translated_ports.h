/* The part of ports-exhausted that is about NAT. */
#pragma once
#include "rule/rule.h"

/* Adds a finding for each destination to which this namespace's NAT has no port left. Its `peer` is set: it is one
 * destination's. */
void translated_ports_judge(struct inquiry *q, const struct rule *rule, uint32_t netns);
bool is_translated_ports(const struct finding *f);

/* Who holds at least half of these ports, NULL: nobody alone. */
const struct finding *translated_ports_cause(struct inquiry *q, const struct finding *f);
/* The one about this destination; `peer` as findings have it, or NULL. NULL: there is none. */
const struct finding *translated_ports_towards(struct inquiry *q, const char *peer);
