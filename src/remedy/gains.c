#include "gains.h"
#include "recheck.h"
#include "model/port/ports.h"
#include "source/diag/diag.h"
#include <errno.h>

enum { BUDGETS_MOST = 4 };

static const struct socket *socket_of(const struct reclaim_plan *p, const struct reclaim_entry *e)
{
	return &p->moment->sockets.items[e->socket];
}

static void add_holder(struct reclaim_plan *p, uint32_t process, bool bound)
{
	struct reclaim_holder *row = NULL;

	array_each (&p->holders, h)
		if (h->process == process)
			row = h;
	if (!row) {
		row = array_push(&p->holders);
		row->process = process;
	}
	row->sockets++;
	row->bound += bound;
}

static void find_holders(struct reclaim_plan *p)
{
	array_each (&p->sockets, e) {
		const struct socket *s = socket_of(p, e);
		moment_each_holder (p->moment, s, h)
			add_holder(p, h->process, socket_has(s, SOCKET_BOUND_PORT));
	}
}

static bool is_planned(const struct reclaim_plan *p, uint32_t netns)
{
	array_each (&p->sockets, e)
		if (socket_of(p, e)->netns == netns)
			return true;
	return false;
}

static uint64_t ask_netns_cookie(struct means *means, const struct netns *n)
{
	cleanup(diag_cleanup) struct diag *d = NULL;
	int err = means_enter(means, n) ?: diag_open(&d);
	uint64_t cookie = err ? 0 : diag_netns_cookie(d);

	means_leave(means);
	return cookie;
}

void gains_find_namespaces(struct reclaim_plan *p, struct means *means)
{
	bool doors = !means_find_doors(means, p->moment);

	for (uint32_t i = 0; i < p->moment->netns.count; i++)
		*array_push(&p->netns_cookies) =
		        doors && is_planned(p, i) ? ask_netns_cookie(means, &p->moment->netns.items[i]) : 0;
}

/* A namespace and a port number as one key. */
static uint64_t port_key(uint32_t netns, uint16_t port)
{
	return (uint64_t)netns << 16 | port;
}

typedef ARRAY(uint64_t) key_list;

/* Ports that something else than the plan's sockets takes, ascending. */
static void find_taken(const struct reclaim_plan *p, key_list *ret)
{
	cleanup(cleanup_free) bool *planned = memory_zeroed(p->moment->sockets.count + 1);

	array_each (&p->sockets, e)
		planned[e->socket] = true;
	for (uint32_t i = 0; i < p->moment->sockets.count; i++) {
		const struct socket *s = &p->moment->sockets.items[i];
		if (!planned[i] && s->netns != NETNS_UNKNOWN && s->local.port && !socket_has(s, SOCKET_PORT_LOST))
			*array_push(ret) = port_key(s->netns, s->local.port);
	}
	array_sort(ret, compare_u64);
}

/* One that bind() chose stays with its descriptor; a number that others use is not free yet. */
static bool gives_port(const struct reclaim_plan *p, const struct reclaim_entry *e, const key_list *taken)
{
	const struct socket *s = socket_of(p, e);
	uint64_t key = port_key(s->netns, s->local.port);

	return s->local.port && !socket_has(s, SOCKET_BOUND_PORT) &&
	       !bsearch(&key, taken->items, taken->count, sizeof(key), compare_u64);
}

static uint64_t count_distinct(key_list *keys)
{
	uint64_t count = 0;

	array_sort(keys, compare_u64);
	for (size_t i = 0; i < keys->count; i++)
		count += !i || keys->items[i] != keys->items[i - 1];
	return count;
}

static void count_ports(struct reclaim_plan *p)
{
	key_list taken = { 0 }, back = { 0 };

	find_taken(p, &taken);
	array_each (&p->sockets, e) {
		const struct socket *s = socket_of(p, e);
		bool counts = e->result == RECLAIM_PLANNED || e->result == RECLAIM_DESTROYED;
		e->port_back = counts && gives_port(p, e, &taken);
		if (e->port_back)
			*array_push(&back) = port_key(s->netns, s->local.port);
	}
	p->ports_back = count_distinct(&back);
	array_free(&taken);
	array_free(&back);
}

static bool has_budget(const struct reclaim_plan *p, const struct reclaim_budget *b)
{
	array_each (&p->budgets, known)
		if (known->netns == b->netns && !addr_compare(&known->source, &b->source) &&
		    endpoint_same(&known->destination, &b->destination))
			return true;
	return false;
}

static int ask_budget(const struct port_map *map, uint32_t netns, const struct reclaim_budget *b,
                      struct port_budget *ret)
{
	const struct port_asker asker = { .local = b->source };

	return b->destination.port ? ports_connect(map, netns, &b->source, &b->destination, ret)
	                           : ports_bind(map, netns, &asker, ret);
}

static void add_budget(struct reclaim_plan *p, const struct port_map *map, struct reclaim_budget b)
{
	struct port_budget now;

	if (p->budgets.count == BUDGETS_MOST || has_budget(p, &b) || ask_budget(map, b.netns, &b, &now))
		return;
	b.usable = now.usable;
	b.free_before = b.free_after = now.free_low;
	*array_push(&p->budgets) = b;
}

/* The first ones met: the plan begins with the oldest. A server's sockets share its port and take none of a budget. */
static void find_budgets(struct reclaim_plan *p)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(p->moment);

	array_each (&p->sockets, e) {
		const struct socket *s = socket_of(p, e);
		if (!e->port_back && socket_has(s, SOCKET_BOUND_PORT))
			continue;
		add_budget(p, map, (struct reclaim_budget){ .netns = s->netns, .source = s->local.addr });
		add_budget(
		        p, map,
		        (struct reclaim_budget){ .netns = s->netns, .source = s->local.addr, .destination = s->peer });
	}
}

void gains_foresee(struct reclaim_plan *p)
{
	find_holders(p);
	count_ports(p);
	find_budgets(p);
}

static void verify(struct reclaim_entry *e, const struct recheck *r)
{
	const struct socket *before = &r->before->sockets.items[e->socket], *now = recheck_find(r, before);

	if (e->result == RECLAIM_DESTROYED && !recheck_is_gone(r, before))
		*e = (struct reclaim_entry){ e->socket, e->cause, e->confidence, e->finding, .result = RECLAIM_FAILED };
	if (e->result == RECLAIM_SHUT_DOWN && now && now->state == before->state)
		*e = (struct reclaim_entry){ e->socket, e->cause, e->confidence, e->finding, .result = RECLAIM_FAILED };
}

static uint32_t find_netns(const struct moment *m, uint64_t inode)
{
	for (uint32_t i = 0; i < m->netns.count; i++)
		if (m->netns.items[i].inode == inode)
			return i;
	return NETNS_UNKNOWN;
}

/* One real port: the model may be wrong, the kernel's answer is not. */
static void probe(struct reclaim_budget *b, struct means *means, const struct netns *n)
{
	const struct port_asker asker = { .local = b->source };
	struct port_probe answer = { 0 };
	int err = means_enter(means, n);

	if (!err)
		err = b->destination.port ? probe_connect(&b->source, &b->destination, &answer)
		                          : probe_bind(&asker, 0, &answer);
	means_leave(means);
	b->probed = !err && answer.done;
	b->granted = answer.granted;
}

static void verify_budgets(struct reclaim_plan *p, struct means *means, const struct moment *after)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(after);
	struct port_budget now;

	array_each (&p->budgets, b) {
		uint32_t netns = find_netns(after, p->moment->netns.items[b->netns].inode);
		if (netns == NETNS_UNKNOWN || ask_budget(map, netns, b, &now))
			continue;
		b->free_after = now.free_low;
		probe(b, means, &after->netns.items[netns]);
	}
}

void gains_verify(struct reclaim_plan *p, struct means *means, const struct moment *after)
{
	cleanup(recheck_end) struct recheck recheck;

	recheck_begin(&recheck, p->moment, after);
	array_each (&p->sockets, e)
		verify(e, &recheck);
	count_ports(p);
	verify_budgets(p, means, after);
}
