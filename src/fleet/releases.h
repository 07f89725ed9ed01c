/* One service over the fleet, by what its processes run: which of them leave connections unfinished?
 * Pure. */
#pragma once
#include "fleet.h"

struct fleet_release {
	const char *what; /* see process_release() */
	uint32_t hosts, leaking, processes;
	uint32_t unfinished;
	uint64_t first_unix_ms, last_unix_ms; /* when the first and the last of them was started; 0: not known */
};

typedef ARRAY(struct fleet_release) fleet_releases;

/* Of this service; the earliest start first. The caller frees the array. */
void fleet_find_releases(const struct fleet *f, const char *service, fleet_releases *ret);
