/* A walk over the ports of a namespace's range that have an owner, one port at a time (inside src/model). */
#pragma once
#include "model/hash.h"
#include "rule.h"

/* The sockets of one port: neighbours in `order`. */
struct port_run {
	uint32_t first, count;
	uint16_t port;
	uint8_t bucket; /* enum port_bucket */
};

/* A budget is a walk over all runs, and a report has dozens of budgets: what each of them asks of most sockets, their
 * port and whether the 4-tuple is the one it is about, is kept side by side here. */
struct port_map {
	const struct moment *moment;
	uint32_t *order; /* socket indexes, by namespace, then port */
	uint32_t *begin; /* by namespace: its first place in `order`; one more at the end */
	size_t count;
	uint32_t *tuples;            /* as `order`: tuple_hash() of each */
	ARRAY(struct port_run) runs; /* in the same order */
	uint32_t *begin_runs;        /* by namespace */
	struct port_known *known;    /* by namespace: what was asked for already */
	size_t known_count;
};

/* The tightest budgets of one namespace, which several rules, metrics and limits ask for in turn. */
enum { PORT_KNOWN_MOST = 3 };
struct port_known {
	bool has_bind, has_connect;
	struct port_budgets bind, connect;
};

struct port_walk {
	const struct port_map *map;
	const struct netns *netns;
	const struct port_run *at, *end;
	/* The port of this step. */
	uint32_t port;
	const uint32_t *owners; /* socket indexes */
	const uint32_t *tuples; /* their hashes: where these differ, the addresses do */
	size_t count;
	enum port_bucket bucket;
};

static inline uint32_t tuple_hash(const struct addr *source, const struct endpoint *destination)
{
	return (uint32_t)hash_addr(hash_endpoint(0, destination), source);
}

void port_walk_begin(struct port_walk *w, const struct port_map *map, uint32_t netns);
/* With the range and the reserved ports of the budget's settings. */
void port_walk_begin_budget(struct port_walk *w, const struct port_map *map, const struct port_budget *b);

static inline const struct netns *budget_settings(const struct port_map *map, const struct port_budget *b)
{
	return b->settings ? b->settings : &map->moment->netns.items[b->netns];
}
/* False at the end. Ports outside the range and reserved ones are passed over. */
bool port_walk_next(struct port_walk *w);
