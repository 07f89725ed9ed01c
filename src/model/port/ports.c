/* All sockets in the order of namespace and port, so that a budget is one walk over the runs of one port,
 * and all budgets of a host need one sort. The sort is two counting passes: 65,536 ports, then namespaces. */
#include "ports.h"
#include "walk.h"
#include <errno.h>

enum { PORTS = 65536 };

/* Moves the indexes of `from` to `to`, ordered by bucket_of(); keeps the order within a bucket.
 * `begin` has room for buckets + 1 and holds where each bucket begins afterwards. */
static void counting_sort(const struct moment *m, const uint32_t *from, uint32_t *to, size_t count, uint32_t *begin,
                          size_t buckets, uint32_t (*bucket_of)(const struct socket *))
{
	cleanup(cleanup_free) uint32_t *next = memory_zeroed((buckets + 1) * sizeof(*next));

	for (size_t i = 0; i < count; i++)
		next[bucket_of(&m->sockets.items[from[i]]) + 1]++;
	for (size_t b = 0; b < buckets; b++)
		next[b + 1] += next[b];
	memcpy(begin, next, (buckets + 1) * sizeof(*next));
	for (size_t i = 0; i < count; i++)
		to[next[bucket_of(&m->sockets.items[from[i]])]++] = from[i];
}

static uint32_t port_of(const struct socket *s)
{
	return s->local.port;
}

static uint32_t netns_of(const struct socket *s)
{
	return s->netns;
}

static void add_run(struct port_map *map, uint32_t first, uint32_t end)
{
	const struct moment *m = map->moment;

	*array_push(&map->runs) =
	        (struct port_run){ .first = first,
		                   .count = end - first,
		                   .port = m->sockets.items[map->order[first]].local.port,
		                   .bucket = (uint8_t)port_bucket(m, map->order + first, end - first) };
}

static void find_runs(struct port_map *map)
{
	const struct socket *sockets = map->moment->sockets.items;

	map->tuples = memory_zeroed(map->count * sizeof(*map->tuples));
	map->begin_runs = memory_zeroed((map->moment->netns.count + 1) * sizeof(*map->begin_runs));
	for (uint32_t n = 0; n < map->moment->netns.count; n++) {
		map->begin_runs[n] = (uint32_t)map->runs.count;
		for (uint32_t first = map->begin[n], i = first; i < map->begin[n + 1]; i++) {
			const struct socket *s = &sockets[map->order[i]];
			map->tuples[i] = tuple_hash(&s->local.addr, &s->peer);
			if (i + 1 < map->begin[n + 1] && sockets[map->order[i + 1]].local.port == s->local.port)
				continue;
			add_run(map, first, i + 1);
			first = i + 1;
		}
	}
	map->begin_runs[map->moment->netns.count] = (uint32_t)map->runs.count;
}

struct port_map *port_map_new(const struct moment *m)
{
	struct port_map *map = memory_zeroed(sizeof(*map));
	cleanup(cleanup_free) uint32_t *by_port = memory_zeroed(m->sockets.count * sizeof(*by_port));
	cleanup(cleanup_free) uint32_t *begin = memory_zeroed((PORTS + 1) * sizeof(*begin));

	map->moment = m;
	map->order = memory_zeroed(m->sockets.count * sizeof(*map->order));
	map->begin = memory_zeroed((m->netns.count + 1) * sizeof(*map->begin));
	for (size_t i = 0; i < m->sockets.count; i++)
		if (port_owner(&m->sockets.items[i]) && m->sockets.items[i].netns < m->netns.count)
			map->order[map->count++] = (uint32_t)i;
	counting_sort(m, map->order, by_port, map->count, begin, PORTS, port_of);
	counting_sort(m, by_port, map->order, map->count, map->begin, m->netns.count, netns_of);
	map->known_count = m->netns.count;
	map->known = memory_zeroed((m->netns.count + 1) * sizeof(*map->known));
	find_runs(map);
	return map;
}

void port_map_free(struct port_map *map)
{
	if (!map)
		return;
	free(map->order);
	free(map->begin);
	free(map->tuples);
	free(map->begin_runs);
	for (size_t n = 0; n < map->known_count; n++) {
		array_free(&map->known[n].bind.rows);
		array_free(&map->known[n].connect.rows);
	}
	free(map->known);
	array_free(&map->runs);
	free(map);
}

void port_map_cleanup(struct port_map **map)
{
	port_map_free(*map);
}

bool port_is_reserved(const struct netns *n, uint32_t port)
{
	return n->reserved && n->reserved[port / 64] >> port % 64 & 1;
}

/* The kernel tries an even number of ports (`remaining &= ~1`). Of three it never sees the last one. */
bool port_is_usable(const struct netns *n, uint32_t port)
{
	if (!n->port_first || port < n->port_first || port > n->port_last || port_is_reserved(n, port))
		return false;
	return n->port_last - n->port_first != 2 || port != n->port_last;
}

uint32_t ports_usable(const struct netns *n)
{
	if (!n->port_first)
		return 0;
	uint32_t usable = (uint32_t)n->port_last - n->port_first + 1;
	if (usable == 3)
		usable--;
	uint32_t end = n->port_first + usable;
	for (uint32_t port = n->port_first; n->reserved && port < end; port++)
		usable -= port_is_reserved(n, port);
	return usable;
}

static void walk_begin(struct port_walk *w, const struct port_map *map, uint32_t netns, const struct netns *n)
{
	*w = (struct port_walk){ .map = map, .netns = n };
	if (!map->runs.count)
		return;
	const struct port_run *low = map->runs.items + map->begin_runs[netns];
	const struct port_run *high = w->end = map->runs.items + map->begin_runs[netns + 1];
	while (low < high) {
		const struct port_run *middle = low + (high - low) / 2;
		if (middle->port < n->port_first)
			low = middle + 1;
		else
			high = middle;
	}
	w->at = low;
}

void port_walk_begin(struct port_walk *w, const struct port_map *map, uint32_t netns)
{
	walk_begin(w, map, netns, &map->moment->netns.items[netns]);
}

void port_walk_begin_budget(struct port_walk *w, const struct port_map *map, const struct port_budget *b)
{
	walk_begin(w, map, b->netns, budget_settings(map, b));
}

bool port_walk_next(struct port_walk *w)
{
	for (; w->at < w->end && w->at->port <= w->netns->port_last; w->at++) {
		if (!port_is_usable(w->netns, w->at->port))
			continue;
		w->port = w->at->port;
		w->owners = w->map->order + w->at->first;
		w->tuples = w->map->tuples + w->at->first;
		w->count = w->at->count;
		w->bucket = w->at->bucket;
		w->at++;
		return true;
	}
	return false;
}

/* Which of several sockets stands for a port that all of them take: the one a person would look for. */
static int port_rank(const struct socket *s)
{
	if (s->state == STATE_LISTEN)
		return 0;
	if (s->state == STATE_CLOSE)
		return 1;
	return s->timer == TIMER_TIME_WAIT ? 3 : 2;
}

/* The verdict for one port, and the socket that takes it. */
struct taking {
	enum answer taken;
	uint32_t taker;
};

static void take_port(struct taking *t, const struct port_walk *w, uint32_t socket)
{
	const struct socket *sockets = w->map->moment->sockets.items;

	if (t->taken != ANSWER_YES || port_rank(&sockets[socket]) < port_rank(&sockets[t->taker]))
		t->taker = socket;
	t->taken = ANSWER_YES;
}

static struct taking judge_bind(const struct port_walk *w, const struct port_asker *asker)
{
	struct taking t = { .taken = ANSWER_NO };
	enum port_call call = w->netns->autobind_reuse ? PORT_AUTO_SHARED : PORT_AUTO;

	for (size_t i = 0; i < w->count; i++) {
		const struct socket *s = &w->map->moment->sockets.items[w->owners[i]];
		if (port_addr_conflict(asker, s) && port_option_conflict(asker, s, call))
			take_port(&t, w, w->owners[i]);
	}
	return t;
}

static enum answer owner_hinders(const struct port_walk *w, size_t owner, const struct port_budget *b, uint32_t tuple)
{
	const struct socket *s = &w->map->moment->sockets.items[w->owners[owner]];

	if (w->bucket == BUCKET_BOUND)
		return ANSWER_YES;
	return w->tuples[owner] == tuple ? port_tuple_conflict(w->netns, s, &b->asker.local, &b->destination)
	                                 : ANSWER_NO;
}

static struct taking judge_connect(const struct port_walk *w, const struct port_budget *b, uint32_t tuple)
{
	struct taking t = { .taken = w->bucket == BUCKET_UNKNOWN ? ANSWER_UNKNOWN : ANSWER_NO };

	for (size_t i = 0; i < w->count; i++) {
		enum answer v = owner_hinders(w, i, b, tuple);
		if (v == ANSWER_YES)
			take_port(&t, w, w->owners[i]);
		else if (v == ANSWER_UNKNOWN && t.taken == ANSWER_NO)
			t.taken = ANSWER_UNKNOWN;
	}
	return t;
}

/* Of an odd range (five or more) each try leaves out the first port or the last one, by chance: the last
 * port to be had may not be found (the loops over `remaining` in both functions of the kernel). */
/* bind(port 0) with SO_REUSEADDR searches the lower half of the range first, and its size is even: it is the upper one
 * that may lose its first port. */
static uint32_t search_first(const struct netns *n, const struct port_budget *b)
{
	uint32_t size = n->port_last - n->port_first + 1u;

	return b->destination.port || !b->asker.reuseaddr || size < 4 ? n->port_first : n->port_first + size / 4 * 2;
}

static bool may_be_missed(const struct netns *n, uint32_t port)
{
	unsigned span = n->port_last - n->port_first;

	return span >= 4 && span % 2 == 0 && port_is_usable(n, port);
}

static void scan(const struct port_map *map, struct port_budget *b, struct port_takers *takers)
{
	const struct netns *n = budget_settings(map, b);
	uint32_t first = search_first(n, b);
	bool miss_first = may_be_missed(n, first), miss_last = may_be_missed(n, n->port_last);
	uint32_t unknown = 0, tuple = tuple_hash(&b->asker.local, &b->destination);
	struct port_walk w;

	port_walk_begin_budget(&w, map, b);
	while (port_walk_next(&w)) {
		struct taking t = b->destination.port ? judge_connect(&w, b, tuple) : judge_bind(&w, &b->asker);
		unknown += t.taken == ANSWER_UNKNOWN;
		if (t.taken != ANSWER_YES)
			continue;
		b->used++;
		b->by_state[map->moment->sockets.items[t.taker].state]++;
		miss_first &= w.port != first;
		miss_last &= w.port != n->port_last;
		if (takers)
			*array_push(&takers->sockets) = t.taker;
	}
	b->free_high = b->usable - b->used;
	unknown += miss_first || miss_last;
	b->free_low = b->free_high - MIN(unknown, b->free_high);
}

/* Without the address there is nothing to count: bind() says EADDRNOTAVAIL whatever is free. */
static void count_under(const struct port_map *map, const struct netns *settings, struct port_budget *b)
{
	b->absent = !b->asker.assumed && !address_binds(map->moment, b->netns, &b->asker.local);
	if (b->absent)
		return;
	b->usable = ports_usable(settings);
	scan(map, b, NULL);
}

static int count(const struct port_map *map, struct port_budget *b, struct port_budget *ret)
{
	const struct netns *n = &map->moment->netns.items[b->netns];

	if (!n->port_first)
		return -ENODATA;
	count_under(map, n, b);
	*ret = *b;
	return 0;
}

int ports_bind(const struct port_map *map, uint32_t netns, const struct port_asker *asker, struct port_budget *ret)
{
	struct port_budget b = { .netns = netns, .asker = *asker };

	return count(map, &b, ret);
}

int ports_connect(const struct port_map *map, uint32_t netns, const struct addr *source,
                  const struct endpoint *destination, struct port_budget *ret)
{
	struct port_budget b = { .netns = netns, .asker.local = *source, .destination = *destination };

	return count(map, &b, ret);
}

int ports_connect_new(const struct port_map *map, uint32_t netns, const struct addr *source,
                      const struct endpoint *destination, struct port_budget *ret)
{
	struct port_budget b = { .netns = netns,
		                 .asker = { .local = *source, .assumed = true },
		                 .destination = *destination };

	return count(map, &b, ret);
}

/* What is asked, without the answer. */
static struct port_budget question(const struct port_budget *b)
{
	return (struct port_budget){
		.netns = b->netns, .asker = b->asker, .destination = b->destination, .settings = b->settings
	};
}

void ports_under(const struct port_map *map, const struct port_budget *budget, const struct netns *settings,
                 struct port_budget *ret)
{
	*ret = question(budget);
	ret->settings = settings;
	count_under(map, settings, ret);
}

void ports_takers(const struct port_map *map, const struct port_budget *budget, struct port_takers *ret)
{
	struct port_budget b = question(budget);

	if (!budget->absent && budget_settings(map, &b)->port_first)
		scan(map, &b, ret);
}
