/* What a plan gives back, and what it does not: ports by the port model, before and after; descriptors, which stay. */
#pragma once
#include "means.h"
#include "model/reclaim.h"

/* Fills the cookies of the namespaces that the plan's sockets are in. */
void gains_find_namespaces(struct reclaim_plan *p, struct means *means);
/* Fills holders, budgets and ports_back, once it is known which sockets are in the plan. */
void gains_foresee(struct reclaim_plan *p);
/* After it was carried out, by a look that came later: which sockets are really gone, what the budgets are now, and one
 * real bind() or connect() for each. A destroyed socket that is still there becomes RECLAIM_FAILED. */
void gains_verify(struct reclaim_plan *p, struct means *means, const struct moment *after);
