/* Who answers where: the addresses of this host, and what listens on them. Told when it changes, and once an hour. */
#include "base/siphash.h"
#include "fleet/flow.h"
#include "rows.h"

enum { HOUR_MS = 3600 * 1000, ENDPOINTS_MOST = 5000 };

static const uint8_t no_key[SIPHASH_KEY_BYTES];

struct naming {
	const struct rows_plan *plan;
	struct arena *arena;
	struct row_set *rows;
	uint32_t lost;
};

static void add(struct naming *g, uint32_t netns, const struct endpoint *e, const struct process *who)
{
	const struct rows_plan *p = g->plan;
	const struct netns *n = &p->moment->netns.items[netns];

	if (g->rows->of[ROW_ENDPOINT].count >= ENDPOINTS_MOST) {
		g->lost++;
		return;
	}
	struct endpoint_row *row = row_push(g->rows, ROW_ENDPOINT);
	*row = (struct endpoint_row){
		.seen_ms = rows_time_ms(p),
		.scope = flow_scope(p->host_id, n->inode, n->self, e, e),
		.netns = n->inode,
		.port = e->port,
		.service = rows_service(who, g->arena),
		.release = rows_name(rows_release(who), g->arena),
	};
	memcpy(row->addr, e->addr.bytes, sizeof(row->addr));
}

static void add_addresses(struct naming *g, uint32_t netns, uint16_t port, const struct process *who)
{
	array_each (&g->plan->moment->addresses, a) {
		struct endpoint e = { a->range.addr, port };
		if (a->netns == netns && !addr_is_loopback(&e.addr) && !addr_is_link_local(&e.addr))
			add(g, netns, &e, who);
	}
}

static void add_listener(struct naming *g, const struct socket *s)
{
	const struct process *who = moment_owner(g->plan->moment, s);

	if (addr_is_any(&s->local.addr))
		add_addresses(g, s->netns, s->local.port, who);
	else
		add(g, s->netns, &s->local, who);
}

/* Of all but the time. */
static uint64_t sum_of(const struct row_set *rows)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rows->of[ROW_ENDPOINT].count; i++) {
		TEXT_CLEANUP bytes = { 0 };
		struct endpoint_row row = *(const struct endpoint_row *)row_at(rows, ROW_ENDPOINT, i);
		row.seen_ms = 0;
		row_write(&bytes, row_layout(ROW_ENDPOINT)->columns, &row);
		sum ^= siphash(no_key, bytes.bytes, bytes.length);
	}
	return sum;
}

/* The addresses first: they tell whose host a connection leads to. */
uint32_t rows_add_endpoints(struct rows_plan *p, struct arena *arena, struct row_set *ret)
{
	const struct moment *m = p->moment;
	struct naming g = { p, arena, ret, 0 };

	for (uint32_t n = 0; n < m->netns.count; n++)
		if (m->netns.items[n].self)
			add_addresses(&g, n, 0, NULL);
	array_each (&m->sockets, s)
		if (s->state == STATE_LISTEN && m->netns.items[s->netns].in_scope)
			add_listener(&g, s);
	uint64_t sum = sum_of(ret) + rows_time_ms(p) / HOUR_MS;
	if (sum == p->endpoints_sum)
		ret->of[ROW_ENDPOINT].count = 0;
	p->endpoints_sum = sum;
	return g.lost; /* also while what is told stays the same: the hub does not have them */
}
