/* One plan, from the first look to the last: made, shown, asked about, carried out, verified. */
#pragma once
#include "options.h"
#include "remedy/plan.h"

/* `request` lacks what only a look can tell: it is filled in. enum status. */
int reclaim_round(const struct options *o, struct plan_request *request, struct arena *arena);
