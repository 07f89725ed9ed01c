/* A walk over the ports of a namespace's range that have an owner, one port at a time (inside src/model). */
#pragma once
#include "port_rule.h"

struct port_map {
	const struct moment *moment;
	uint32_t *order; /* socket indexes, by namespace, then port */
	uint32_t *begin; /* by namespace: its first place in `order`; one more at the end */
	size_t count;
};

struct port_walk {
	const struct port_map *map;
	const struct netns *netns;
	const uint32_t *at, *end;
	/* The port of this step. */
	uint32_t port;
	const uint32_t *owners; /* socket indexes */
	size_t count;
	enum port_bucket bucket;
};

void port_walk_begin(struct port_walk *w, const struct port_map *map, uint32_t netns);
/* With the range and the reserved ports of the budget's settings. */
void port_walk_begin_budget(struct port_walk *w, const struct port_map *map, const struct port_budget *b);

static inline const struct netns *budget_settings(const struct port_map *map, const struct port_budget *b)
{
	return b->settings ? b->settings : &map->moment->netns.items[b->netns];
}
/* False at the end. Ports outside the range and reserved ones are passed over. */
bool port_walk_next(struct port_walk *w);
