/* How far the files speak for the fleet. */
#pragma once
#include "fleet.h"

struct fleet_coverage {
	uint32_t seen;    /* hosts with a look */
	uint32_t silent;  /* files that gave nothing */
	uint32_t blind;   /* hosts whose newest look could not see all */
	uint32_t late;    /* hosts that looked more than a minute before the last one */
	uint32_t lossy;   /* hosts that lost events, or left out rows */
	uint32_t gone;    /* hosts that told a hub nothing for more than a day, and are left out */
	uint32_t keyless; /* hosts without sequence numbers, or under another key than most */
	bool complete;
};

/* What all hosts have in common: once, when their looks have their times. */
void fleet_compare_hosts(struct fleet *f);
struct fleet_coverage fleet_coverage_of(const struct fleet *f);
bool fleet_is_late(const struct fleet *f, const struct fleet_look *l);
/* Why its sequence numbers join nothing; NULL: they do. */
const char *fleet_keyless_why(const struct fleet *f, const struct fleet_look *l);
