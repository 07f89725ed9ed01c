/* Lines of code: where most of a finding's sockets were opened, of those where that is known; and where its program
 * hangs. */
#include "judgement.h"
#include "model/moment.h"

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

static void locate_sites(struct judgement *j, const struct moment *m)
{
	cleanup(cleanup_free) int *site_of = sites_of_sockets(m);
	cleanup(cleanup_free) uint32_t *counts = memory_zeroed(m->sites.count * sizeof(*counts));

	array_each (&j->findings, f)
		locate(m, site_of, counts, f);
}

static void add_standings(const struct moment *m, struct finding *f)
{
	f->standings.count = 0;
	array_each (&m->standings, s)
		if (s->process == f->subject)
			*array_push(&f->standings) = s;
}

void judgement_locate(struct judgement *j, const struct moment *m)
{
	if (m->openings.count)
		locate_sites(j, m);
	array_each (&j->findings, f)
		if (finding_hangs(f))
			add_standings(m, f);
}
