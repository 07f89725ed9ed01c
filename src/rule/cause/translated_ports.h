/* The part of ports-exhausted that is about NAT. */
#pragma once
#include "rule/rule.h"

/* Adds a finding for each destination to which this namespace's NAT has no port left. Its `peer` is set: it is one
 * destination's. */
void translated_ports_judge(const struct moment *m, const struct rule *rule, struct judgement *j, uint32_t netns);
