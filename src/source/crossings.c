#include "crossings.h"
#include "conntrack.h"
#include "model/crossing.h"
#include "tracking.h"

/* A gateway's table is of other hosts' connections: one that has so much more than there are sockets is not read
 * through for the few that may be ours. 2.2 us an entry were measured. */
enum { ENTRIES_LEAST = 4096, ENTRIES_A_SOCKET = 8 };

struct reading {
	struct crossings found;
	uint32_t netns;
	size_t begin; /* of this namespace's rows */
};

static void take_track(void *context, const struct track *t)
{
	struct reading *r = context;

	if (endpoint_same(&t->source, &t->seen_source) && endpoint_same(&t->destination, &t->seen_destination))
		return;
	crossings_add(&r->found, r->netns, &(struct ends){ t->source, t->destination },
	              &(struct ends){ t->seen_destination, t->seen_source });
}

static int read_here(void *context, uint32_t netns)
{
	struct reading *r = context;
	struct moment *m = r->found.moment;

	if (r->netns != netns)
		r->begin = m->crossings.count;
	r->netns = netns;
	m->crossings.count = r->begin;
	return conntrack_dump(take_track, r);
}

static void note_crossings_unread(void *context, uint32_t netns, int err)
{
	struct reading *r = context;

	r->found.moment->netns.items[netns].tracks_unread = err != 0;
}

static bool crossings_are_asked(const struct survey *v, const struct netns *n)
{
	return n->totals.conntrack_used <= ENTRIES_LEAST + (uint64_t)ENTRIES_A_SOCKET * v->moment->sockets.count;
}

void crossings_read(struct survey *v)
{
	static const struct tracking tracking = { crossings_are_asked, read_here, note_crossings_unread };
	struct reading r = { .found.moment = v->moment, .netns = NETNS_UNKNOWN };

	v->moment->crossings.count = 0;
	array_each (&v->moment->netns, n)
		n->tracks_unread = n->in_scope && !crossings_are_asked(v, n);
	tracking_read(&tracking, v, &r);
	crossings_free(&r.found);
}
