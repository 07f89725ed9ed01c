/* What one connection comes to, from the states of both its ends. Pure. */
#pragma once
#include "fleet.h"

/* Two ends that are joined: sets verdict, reason and fin_from, and exchanges `ours` and `theirs` where the other one
 * has to act. */
void verdict_of_both(const struct fleet *f, struct fleet_pair *p);
/* One end, and why the other is not there (REASON_NONE: it does not exist). */
void verdict_of_one(const struct fleet *f, struct fleet_pair *p, enum fleet_reason why);
/* Nothing that ends by itself: its other end matters. */
bool verdict_needs_other(const struct fleet_end *e);
