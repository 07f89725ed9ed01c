/* Which addresses and which destinations hold the ports? One pass counts them all; only those with least left
 * are then looked at closely. A tally row is 24 bytes, for there may be as many as sockets. */
#include "model/hash.h"
#include "walk.h"
#include <errno.h>

struct row {
	uint64_t key;
	uint32_t socket; /* the first one: it has the addresses */
	uint32_t count;
};

struct tally {
	const struct moment *moment;
	struct index index;
	ARRAY(struct row) rows;
	bool (*same)(const struct socket *a, const struct socket *b);
};

static void tally_begin(struct tally *t, const struct moment *m,
                        bool (*same)(const struct socket *, const struct socket *))
{
	*t = (struct tally){ .moment = m, .same = same };
	index_init(&t->index, NULL, sizeof(struct row), 0);
}

static void tally_end(struct tally *t)
{
	index_free(&t->index);
	array_free(&t->rows);
}

/* Mapped equals native: both stand in the same tables of the kernel. */
static bool same_local(const struct socket *a, const struct socket *b)
{
	return addr_same(&a->local.addr, &b->local.addr);
}

static bool same_pair(const struct socket *a, const struct socket *b)
{
	return same_local(a, b) && endpoint_same(&a->peer, &b->peer);
}

/* Two keys that collide are told apart by their sockets; the second one takes the next free key. */
static void tally_add(struct tally *t, uint32_t socket, uint64_t key)
{
	const struct socket *sockets = t->moment->sockets.items;
	uint32_t at;

	for (key += !key; (at = index_find(&t->index, key)) != INDEX_NONE; key++) {
		struct row *found = &t->rows.items[at];
		if (t->same(&sockets[found->socket], &sockets[socket])) {
			found->count++;
			return;
		}
	}
	struct row *new = array_push(&t->rows);
	*new = (struct row){ .key = key, .socket = socket, .count = 1 };
	index_move(&t->index, &t->rows.items[0].key);
	index_add(&t->index, (uint32_t)t->rows.count - 1);
}

static int most_first(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = -CMP(x->count, y->count);

	return order ? order : CMP(x->socket, y->socket);
}

/* Keeps the `most` largest rows, in order. Rows that cannot be among them are thrown out before sorting. */
static void tally_top(struct tally *t, size_t most)
{
	uint32_t least = 0;

	if (t->rows.count > 4 * most) {
		size_t histogram[65] = { 0 }, above = 0;
		array_each (&t->rows, r)
			histogram[MIN(r->count, 64u)]++;
		for (least = 64; least > 1 && above + histogram[least] < most; least--)
			above += histogram[least];
	}
	size_t kept = 0;
	array_each (&t->rows, r)
		if (r->count >= least)
			t->rows.items[kept++] = *r;
	t->rows.count = kept;
	if (kept)
		array_sort(&t->rows, most_first);
	t->rows.count = MIN(kept, most);
}

static int least_free_first(const void *a, const void *b)
{
	const struct port_budget *x = a, *y = b;
	int order = CMP(x->free_low, y->free_low);

	if (!order)
		order = addr_compare(&x->asker.local, &y->asker.local);
	if (!order)
		order = addr_compare(&x->destination.addr, &y->destination.addr);
	return order ? order : CMP(x->destination.port, y->destination.port);
}

static void add_bind(const struct port_map *map, uint32_t netns, const struct addr *local, struct port_budgets *ret)
{
	struct port_asker asker = { .local = *local };

	struct port_budget *row = array_push(&ret->rows);

	if (ports_bind(map, netns, &asker, row) || row->absent)
		ret->rows.count--;
}

static void sort(struct port_budgets *b)
{
	array_sort(&b->rows, least_free_first);
}

static void find_binds(const struct port_map *map, uint32_t netns, size_t most, struct port_budgets *ret)
{
	static const uint8_t any[16];
	struct addr any4 = addr_v4(0), any6 = addr_v6(any);
	bool v6_seen = false;
	struct port_walk w;
	struct tally t;

	tally_begin(&t, map->moment, same_local);
	port_walk_begin(&w, map, netns);
	while (port_walk_next(&w))
		for (size_t i = 0; i < w.count; i++) {
			const struct socket *s = &map->moment->sockets.items[w.owners[i]];
			v6_seen |= s->local.addr.v6;
			if (!addr_is_any(&s->local.addr))
				tally_add(&t, w.owners[i], hash_addr(0, &s->local.addr));
		}
	tally_top(&t, most);
	add_bind(map, netns, &any4, ret);
	if (v6_seen)
		add_bind(map, netns, &any6, ret);
	array_each (&t.rows, r)
		add_bind(map, netns, &map->moment->sockets.items[r->socket].local.addr, ret);
	tally_end(&t);
	sort(ret);
	ret->rows.count = MIN(ret->rows.count, most);
}

static bool is_to_somewhere(const struct socket *s)
{
	return s->peer.port && s->state != STATE_CLOSE;
}

static void find_connects(const struct port_map *map, uint32_t netns, size_t most, struct port_budgets *ret)
{
	const struct socket *sockets = map->moment->sockets.items;
	struct port_walk w;
	struct tally t;

	tally_begin(&t, map->moment, same_pair);
	port_walk_begin(&w, map, netns);
	while (port_walk_next(&w))
		for (size_t i = 0; w.bucket != BUCKET_BOUND && i < w.count; i++) {
			const struct socket *s = &sockets[w.owners[i]];
			if (is_to_somewhere(s))
				tally_add(&t, w.owners[i], hash_addr(hash_endpoint(0, &s->peer), &s->local.addr));
		}
	tally_top(&t, most);
	array_each (&t.rows, r) {
		const struct socket *s = &sockets[r->socket];
		struct port_budget *row = array_push(&ret->rows);
		if (ports_connect(map, netns, &s->local.addr, &s->peer, row) || row->absent)
			ret->rows.count--;
	}
	tally_end(&t);
	sort(ret);
}

typedef void budgets_finder(const struct port_map *map, uint32_t netns, size_t most, struct port_budgets *ret);

static void append(struct port_budgets *to, const struct port_budgets *from, size_t most)
{
	for (size_t i = 0; i < MIN(from->rows.count, most); i++)
		*array_push(&to->rows) = from->rows.items[i];
}

/* A few are found once, and are known from then on. */
static int budgets_all(const struct port_map *map, uint32_t netns, size_t most, budgets_finder *find, bool *has,
                       struct port_budgets *known, struct port_budgets *ret)
{
	struct port_budgets many = { 0 };

	if (!map->moment->netns.items[netns].port_first)
		return -ENODATA;
	if (most > PORT_KNOWN_MOST) {
		find(map, netns, most, &many);
		append(ret, &many, most);
		array_free(&many.rows);
		return 0;
	}
	if (!*has)
		find(map, netns, PORT_KNOWN_MOST, known);
	*has = true;
	append(ret, known, most);
	return 0;
}

int ports_bind_all(const struct port_map *map, uint32_t netns, size_t most, struct port_budgets *ret)
{
	struct port_known *k = &map->known[netns];

	return budgets_all(map, netns, most, find_binds, &k->has_bind, &k->bind, ret);
}

int ports_connect_all(const struct port_map *map, uint32_t netns, size_t most, struct port_budgets *ret)
{
	struct port_known *k = &map->known[netns];

	return budgets_all(map, netns, most, find_connects, &k->has_connect, &k->connect, ret);
}

static bool went_to(const struct socket *s, const struct addr *to)
{
	return is_to_somewhere(s) && s->local.addr.v6 == to->v6 && addr_same(&s->peer.addr, to);
}

static bool went_out(const struct socket *s, const struct addr *to)
{
	return is_to_somewhere(s) && s->local.addr.v6 == to->v6 && !addr_is_loopback(&s->peer.addr) &&
	       s->role != ROLE_SERVER;
}

static int most_used_source(const struct port_map *map, uint32_t netns, const struct addr *to,
                            bool (*counts)(const struct socket *, const struct addr *), struct addr *ret)
{
	const struct socket *sockets = map->moment->sockets.items;
	struct port_walk w;
	struct tally t;

	tally_begin(&t, map->moment, same_local);
	port_walk_begin(&w, map, netns);
	while (port_walk_next(&w))
		for (size_t i = 0; i < w.count; i++)
			if (counts(&sockets[w.owners[i]], to))
				tally_add(&t, w.owners[i], hash_addr(0, &sockets[w.owners[i]].local.addr));
	tally_top(&t, 1);
	int err = t.rows.count ? 0 : -ENODATA;
	if (!err)
		*ret = sockets[t.rows.items[0].socket].local.addr;
	tally_end(&t);
	return err;
}

int ports_source(const struct port_map *map, uint32_t netns, const struct endpoint *destination, struct addr *ret)
{
	static const uint8_t v4_loopback[4] = { 127, 0, 0, 1 };
	const struct addr *to = &destination->addr;
	uint32_t v4;

	if (!most_used_source(map, netns, to, went_to, ret))
		return 0;
	if (!addr_is_loopback(to))
		return most_used_source(map, netns, to, went_out, ret);
	memcpy(&v4, v4_loopback, sizeof(v4));
	*ret = addr_is_v4(to) ? addr_v4(v4) : *to;
	ret->v6 = to->v6;
	return 0;
}
