/* What closes leave behind, so that one look can tell that a program does close. The end that was closed first goes
 * through TIME_WAIT, and it stays in view for a minute if it is on this host. And the kernel hands out the lowest free
 * descriptor: one that is lower than that of an older connection was given back in between. */
#pragma once
#include "programs.h"
#include "rule/suspects.h"

/* TIME_WAITs older than `ms` of connections like the group's, which this side was the last to close. 0 where others
 * than the group's program may have done so. */
size_t traces_time_waits(struct inquiry *q, const struct suspects *g, uint64_t ms);

struct traces_reuse {
	size_t known; /* connections that were not answered yet: only their stamps tell when they were opened */
	size_t lower; /* of these, on a descriptor below that of one opened before */
};

/* Of what the group's main process holds. */
struct traces_reuse traces_reuse_of(const struct moment *m, const struct suspects *g);
