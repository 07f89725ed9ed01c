#include "tracking.h"
#include <errno.h>

static int read_tries(const struct tracking *t, void *context, uint32_t netns)
{
	int err = -EINTR;

	for (int tries = 0; err == -EINTR && tries < TRACKING_TRIES; tries++)
		err = t->read(context, netns);
	return err;
}

void tracking_read(const struct tracking *t, struct survey *v, void *context)
{
	struct moment *m = v->moment;

	for (uint32_t i = 0; i < m->netns.count; i++) {
		struct netns *n = &m->netns.items[i];
		if (!n->totals.conntrack_used || !t->is_asked(v, n))
			continue;
		int err = n->in_scope ? doors_enter(&v->doors, n->inode) : -ENOENT;
		if (!err)
			err = read_tries(t, context, i);
		if (err != -ENOENT)
			t->done(context, i, err);
	}
	doors_leave(&v->doors);
}
