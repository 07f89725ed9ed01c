/* Carries a plan out, a few sockets at a time. Before each few all is looked at anew, and what has changed is spared;
 * then the intent is on the disk; then they are destroyed; then the result is written. */
#pragma once
#include "audit.h"
#include "means.h"
#include "source/source.h"

struct apply {
	struct reclaim_plan *plan;
	const struct source_request *look; /* which namespaces, by which source */
	struct means *means;
	struct audit *audit;
	uint64_t min_age_ms;
	uint64_t rate_per_s; /* 0: all at once */
};

/* Fills the results of the plan's sockets; those without one (RECLAIM_PLANNED) were not tried, for it broke off. 0, or
 * -errno and `ret_why`: what failed. Ctrl-C ends it between two sockets: -EINTR. */
int apply_run(struct apply *a, const char **ret_why);
