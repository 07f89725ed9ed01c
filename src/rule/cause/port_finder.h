/* Who tries a port that is taken and goes on to another, or gets it in the end: nobody suffers, and it is told once. */
#pragma once
#include "rule/rule.h"

/* bind() to a port by number, taken. */
bool is_taken_port(const struct failure *f);
/* One finding, for information, for each process that copes. */
void port_finders_judge(struct inquiry *q, const struct rule *rule);
