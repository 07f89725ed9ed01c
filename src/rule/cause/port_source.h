/* connect() from a source port that the program chose: the four numbers exist already. */
#pragma once
#include "rule/rule.h"

void port_sources_judge(struct inquiry *q, const struct rule *rule);
