/* Every namespace in scope that tracks connections, one after the other: conntrack's table is of the one the thread is
 * in. */
#pragma once
#include "survey.h"

enum { TRACKING_TRIES = 3 }; /* -EINTR: the table changed so that the list has holes */

struct tracking {
	bool (*is_asked)(const struct survey *v, const struct netns *n);
	/* In the namespace: 0 or -errno of conntrack_dump(); after -EINTR again, so it forgets what it has. */
	int (*read)(void *context, uint32_t netns);
	/* How that ended; NULL if it does not matter. Not called for a namespace that has ended meanwhile. */
	void (*done)(void *context, uint32_t netns, int err);
};

void tracking_read(const struct tracking *t, struct survey *v, void *context);
