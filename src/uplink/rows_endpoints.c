/* Who answers where: the addresses of this host, and what listens on them. Told when it changes, and once an hour. */
#include "base/siphash.h"
#include "fleet/flow.h"
#include "rows.h"

enum { HOUR_MS = 3600 * 1000, ENDPOINTS_MOST = 5000 };

static const uint8_t no_key[SIPHASH_KEY_BYTES];

static void add(const struct rows_plan *p, uint32_t netns, const struct endpoint *e, const struct process *who,
                struct arena *arena, struct row_set *ret)
{
	const struct netns *n = &p->moment->netns.items[netns];

	if (ret->of[ROW_ENDPOINT].count >= ENDPOINTS_MOST)
		return;
	struct endpoint_row *row = row_push(ret, ROW_ENDPOINT);
	*row = (struct endpoint_row){
		.seen_ms = rows_time_ms(p),
		.scope = flow_scope(p->host_id, n->inode, n->self, e, e),
		.netns = n->inode,
		.port = e->port,
		.service = rows_service(who, arena),
		.release = rows_name(rows_release(who), arena),
	};
	memcpy(row->addr, e->addr.bytes, sizeof(row->addr));
}

static void add_addresses(const struct rows_plan *p, uint32_t netns, uint16_t port, const struct process *who,
                          struct arena *arena, struct row_set *ret)
{
	array_each (&p->moment->addresses, a) {
		struct endpoint e = { a->range.addr, port };
		if (a->netns == netns && !addr_is_loopback(&e.addr) && !addr_is_link_local(&e.addr))
			add(p, netns, &e, who, arena, ret);
	}
}

static void add_listener(const struct rows_plan *p, const struct socket *s, struct arena *arena, struct row_set *ret)
{
	const struct process *who = moment_owner(p->moment, s);

	if (addr_is_any(&s->local.addr))
		add_addresses(p, s->netns, s->local.port, who, arena, ret);
	else
		add(p, s->netns, &s->local, who, arena, ret);
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

void rows_add_endpoints(struct rows_plan *p, struct arena *arena, struct row_set *ret)
{
	const struct moment *m = p->moment;

	for (uint32_t n = 0; n < m->netns.count; n++)
		if (m->netns.items[n].self)
			add_addresses(p, n, 0, NULL, arena, ret);
	array_each (&m->sockets, s)
		if (s->state == STATE_LISTEN && m->netns.items[s->netns].in_scope)
			add_listener(p, s, arena, ret);
	uint64_t sum = sum_of(ret) + rows_time_ms(p) / HOUR_MS;
	if (sum == p->endpoints_sum)
		ret->of[ROW_ENDPOINT].count = 0;
	p->endpoints_sum = sum;
}
