/* Two dumps a namespace: the first one tells which addresses stand for others, the second one counts who uses them. So
 * a busy server that translates nothing costs no memory, and a gateway a row for each destination. */
#include "translations.h"
#include "conntrack.h"
#include "model/hash.h"
#include "model/keyed.h"
#include "model/translation.h"
#include "privilege.h"
#include "tracking.h"
#include <errno.h>

enum { ROWS_MOST = 65536 };

struct gathering {
	struct moment *moment;
	uint32_t netns;
	struct keyed sockets; /* of all namespaces, by their two ends */
	struct keyed outer;   /* addresses of this namespace that stand for others */
	struct keyed rows;    /* index into the moment's translations */
	size_t begin;         /* of this namespace's there */
	uint64_t left_out;    /* connections for which there was no row */
	uint32_t closed;      /* namespaces whose table could not be read */
	int why;              /* the last of them: -errno */
};

static uint64_t key_of_ends(const struct endpoint *source, const struct endpoint *destination)
{
	return hash_endpoint(hash_endpoint(0, source), destination) | 1;
}

static bool is_translated(const struct track *t)
{
	return !endpoint_same(&t->source, &t->seen_source);
}

static uint64_t key_of_outer(const struct track *t)
{
	return hash_addr(0, &t->seen_source.addr) | 1;
}

static void find_outer(void *context, const struct track *t)
{
	struct gathering *g = context;

	if (is_translated(t))
		keyed_add(&g->outer, key_of_outer(t), 0);
}

static struct translation *row_of(struct gathering *g, const struct track *t)
{
	struct moment *m = g->moment;
	uint64_t key = hash_endpoint(hash_word(key_of_outer(t), t->zone), &t->seen_destination) | 1;
	uint32_t at = keyed_find(&g->rows, key);

	if (at != INDEX_NONE)
		return &m->translations.items[at];
	if (g->rows.items.count >= ROWS_MOST)
		return NULL;
	keyed_add(&g->rows, key, (uint32_t)m->translations.count);
	struct translation *new = array_push(&m->translations);
	new->netns = g->netns;
	new->source.addr = t->seen_source.addr;
	new->destination = t->seen_destination;
	new->zone = t->zone;
	new->port_low = new->port_high = t->seen_source.port;
	return new;
}

static void count(void *context, const struct track *t)
{
	struct gathering *g = context;

	if (t->seen_source.port < TRANSLATION_PORT_FIRST || !keyed_has(&g->outer, key_of_outer(t)))
		return;
	struct translation *row = row_of(g, t);
	if (!row) {
		g->left_out++;
		return;
	}
	row->count++;
	row->port_low = MIN(row->port_low, t->seen_source.port);
	row->port_high = MAX(row->port_high, t->seen_source.port);
	row->translated += is_translated(t);
	row->socketless += !keyed_has(&g->sockets, key_of_ends(&t->source, &t->destination));
	row->by_state[t->state]++;
}

/* An address that stands for others may also be itself: such destinations hold no port that anybody waits for. */
static void drop_plain_rows(struct gathering *g)
{
	struct moment *m = g->moment;
	size_t kept = g->begin;

	for (size_t i = g->begin; i < m->translations.count; i++)
		if (m->translations.items[i].translated)
			m->translations.items[kept++] = m->translations.items[i];
	m->translations.count = kept;
}

static void forget_rows(struct gathering *g)
{
	keyed_free(&g->rows);
	g->moment->translations.count = g->begin;
	g->left_out = 0;
}

static void index_sockets(struct gathering *g)
{
	if (g->sockets.items.count)
		return;
	array_each (&g->moment->sockets, s)
		if (s->peer.port)
			keyed_add(&g->sockets, key_of_ends(&s->local, &s->peer), 0);
}

static int translations_read_table(struct gathering *g)
{
	int err = conntrack_dump(find_outer, g);

	forget_rows(g);
	if (err || !g->outer.items.count)
		return err;
	index_sockets(g);
	err = conntrack_dump(count, g);
	if (err)
		forget_rows(g);
	else
		drop_plain_rows(g);
	return err;
}

static int read_here(void *context, uint32_t netns)
{
	struct gathering *g = context;

	g->netns = netns;
	g->begin = g->moment->translations.count;
	int err = translations_read_table(g);
	keyed_free(&g->outer);
	keyed_free(&g->rows);
	return err;
}

static void note_translations_unread(void *context, uint32_t netns, int err)
{
	struct gathering *g = context;

	if (!err)
		return;
	g->closed++;
	g->why = err;
}

static void tell_gap(struct moment *m, uint32_t closed, int why)
{
	bool may = why != -EPERM && why != -EACCES;

	moment_gap(m,
	           arena_printf(m->arena, "the ports that NAT holds in %u network namespace%s", closed,
	                        closed > 1 ? "s" : ""),
	           why == -EINTR ? "conntrack's table changed each time while it was read"
	                         : arena_printf(m->arena, "conntrack's table could not be read: %s", strerror(-why)),
	           why == -EINVAL ? "sudo modprobe nf_conntrack_netlink"
	           : may          ? NULL
	                          : privilege_mend_net(m->arena));
}

static bool translations_are_asked(const struct survey *v, const struct netns *n)
{
	return v->request->wants & WANT_TRANSLATIONS || n->totals.conntrack_drops;
}

void translations_read(struct survey *v)
{
	static const struct tracking tracking = { translations_are_asked, read_here, note_translations_unread };
	struct gathering g = { .moment = v->moment };

	v->moment->translations.count = 0;
	tracking_read(&tracking, v, &g);
	if (g.closed)
		tell_gap(v->moment, g.closed, g.why);
	if (g.left_out)
		moment_gap(v->moment, "the ports that NAT holds to all destinations",
		           arena_printf(v->moment->arena, "there are more than %d, with %llu connections to the others",
		                        ROWS_MOST, (unsigned long long)g.left_out),
		           NULL);
	keyed_free(&g.sockets);
}
