/* The line of code where most of a finding's sockets were opened, of those where that is known. */
#include "rule.h"

enum { SITE_UNSEEN = -1 };

static int *sites_of_sockets(const struct moment *m)
{
	int *site_of = memory_zeroed(m->sockets.count * sizeof(*site_of));

	for (size_t i = 0; i < m->sockets.count; i++)
		site_of[i] = SITE_UNSEEN;
	array_each (&m->openings, o)
		site_of[o->socket] = (int)o->site;
	return site_of;
}

static void locate(const struct moment *m, const int *site_of, uint32_t *counts, struct finding *f)
{
	uint32_t most = 0;

	memset(counts, 0, m->sites.count * sizeof(*counts));
	array_each (&f->sockets, s) {
		int site = site_of[*s];
		if (site != SITE_UNSEEN && ++counts[site] > most) {
			most = counts[site];
			f->site = &m->sites.items[site];
		}
	}
}

void findings_locate(struct inquiry *q)
{
	const struct moment *m = q->moment;

	if (!m->openings.count)
		return;
	cleanup(cleanup_free) int *site_of = sites_of_sockets(m);
	cleanup(cleanup_free) uint32_t *counts = memory_zeroed(m->sites.count * sizeof(*counts));

	array_each (&q->findings, f)
		locate(m, site_of, counts, f);
}
