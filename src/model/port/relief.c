#include "relief.h"
#include "base/format.h"
#include "walk.h"

enum { RANGE_FIRST = 1024, RANGE_LAST = 65535, RESERVED_TYPED = 40 };

struct relief {
	const struct port_map *map;
	const struct moment *moment;
	const struct port_budget *budget;
	const struct netns *settings; /* those of the namespace */
	struct arena *arena;
	struct port_reliefs *ret;
};

static struct port_relief *relief_add(struct relief *r, const struct text *text, const char *command)
{
	struct port_relief *added = array_push(&r->ret->rows);

	*added = (struct port_relief){ .netns = r->budget->netns,
		                       .budget = *r->budget,
		                       .text = arena_strdup(r->arena, text->bytes),
		                       .command = command };
	return added;
}

static uint32_t gain(const struct port_budget *more, const struct port_budget *now)
{
	return more->free_low > now->free_low ? more->free_low - now->free_low : 0;
}

static bool mostly(const struct port_budget *b, enum tcp_state state)
{
	return b->by_state[state] * 2 > b->used;
}

/* How long the further ports last. Of a budget that has ended the demand is not known, only what was served. */
static void add_time(struct relief *r, struct text *t, const struct port_budget *more)
{
	struct forecast now = ports_forecast(r->map, r->budget), then = ports_forecast(r->map, more);

	if (!now.known || !then.known)
		return;
	if (then.never) {
		if (r->budget->free_low)
			text_add(t, ", enough at this rate");
	} else if (!now.never && then.s > now.s) {
		text_add(t, ", ");
		format_duration(t, (uint64_t)((then.s - now.s) * 1e3));
		text_add(t, " at this rate");
	}
}

const char *port_reserve_command(const struct netns *n, const char *ports, struct arena *arena)
{
	static const char kept[] = "$(cat /proc/sys/net/ipv4/ip_local_reserved_ports),";

	return arena_printf(arena, "sysctl -w net.ipv4.ip_local_reserved_ports=%s%s", n->reserved ? kept : "", ports);
}

static bool is_taken_in(const struct relief *r, const struct netns *wide, const struct socket *s)
{
	return s->netns == r->budget->netns && s->state == STATE_LISTEN && port_is_usable(wide, s->local.port) &&
	       !port_is_usable(r->settings, s->local.port);
}

/* Ports below the range belong to services: one that restarts must find its own. Too many to be typed are only told. */
static void reserve_first(struct relief *r, const struct netns *wide)
{
	uint64_t seen[(UINT16_MAX + 1) / 64] = { 0 };
	TEXT_CLEANUP t = { 0 }, ports = { 0 };
	unsigned count = 0;

	array_each (&r->moment->sockets, s) {
		uint64_t bit = 1ULL << s->local.port % 64, *word = &seen[s->local.port / 64];
		if (!is_taken_in(r, wide, s) || *word & bit)
			continue;
		*word |= bit;
		text_printf(&ports, "%s%u", count++ ? "," : "", s->local.port);
	}
	if (!count)
		return;
	text_printf(&t, "first reserve the port%s of %u listener%s, so that no client is given %s",
	            count > 1 ? "s" : "", count, count > 1 ? "s" : "", count > 1 ? "them" : "it");
	struct port_relief *first = relief_add(r, &t, NULL);
	first->setting = "net.ipv4.ip_local_reserved_ports";
	if (count <= RESERVED_TYPED)
		first->command = port_reserve_command(r->settings, ports.bytes, r->arena);
}

static void try_range(struct relief *r)
{
	struct netns wide = *r->settings;
	struct port_budget more;
	TEXT_CLEANUP t = { 0 };

	wide.port_first = MIN(wide.port_first, RANGE_FIRST);
	wide.port_last = RANGE_LAST;
	ports_under(r->map, r->budget, &wide, &more);
	if (!gain(&more, r->budget))
		return;
	size_t before = r->ret->rows.count;
	reserve_first(r, &wide);
	text_add(&t, r->ret->rows.count > before ? "then " : "");
	text_printf(&t, "widen the range to %u-%u, for ", wide.port_first, wide.port_last);
	format_count(&t, gain(&more, r->budget));
	text_add(&t, " more ports");
	add_time(r, &t, &more);
	if (mostly(r->budget, STATE_CLOSE_WAIT))
		text_add(&t, "; the leak will fill them, too");
	relief_add(r, &t,
	           arena_printf(r->arena, "sysctl -w net.ipv4.ip_local_port_range=\"%u %u\"", wide.port_first,
	                        wide.port_last))
	        ->setting = "net.ipv4.ip_local_port_range";
}

static void try_reuse(struct relief *r)
{
	struct netns reusing = *r->settings;
	struct port_budget more;
	TEXT_CLEANUP t = { 0 };

	if (r->settings->tw_reuse == 1)
		return;
	reusing.tw_reuse = 1;
	ports_under(r->map, r->budget, &reusing, &more);
	if (!gain(&more, r->budget))
		return;
	text_add(&t, "tcp_tw_reuse=1 lets connect() take over ");
	format_count(&t, gain(&more, r->budget));
	text_add(&t, " of the ");
	format_count(&t, r->budget->by_state[STATE_TIME_WAIT]);
	text_add(&t, " TIME-WAITs: those older than 1 s, with timestamps on both sides");
	relief_add(r, &t, "sysctl -w net.ipv4.tcp_tw_reuse=1")->setting = "net.ipv4.tcp_tw_reuse";
}

/* Of an address that nobody has here (240.0.0.0/4 and 100::/64 are given to no host): what a new one would have. */
static struct addr unused_source(const struct addr *like)
{
	struct addr a;

	if (addr_parse(addr_is_v4(like) ? "240.0.0.1" : "100::1", &a))
		abort();
	return a;
}

static void try_source(struct relief *r)
{
	struct addr source = unused_source(&r->budget->asker.local);
	struct port_budget more;
	TEXT_CLEANUP t = { 0 };

	if (ports_connect_new(r->map, r->budget->netns, &source, &r->budget->destination, &more) || !more.free_low)
		return;
	text_add(&t, "each further source address gives ");
	format_count(&t, more.free_low);
	text_add(&t, " ports to ");
	endpoint_format(&t, &r->budget->destination);
	relief_add(r, &t, NULL);
}

/* A bind() that leaves the port to connect() needs a unique 4-tuple only. */
static void try_late_choice(struct relief *r)
{
	struct port_budgets busiest = { 0 };
	struct port_budget elsewhere;
	TEXT_CLEANUP t = { 0 };

	ports_connect_all(r->map, r->budget->netns, 1, &busiest);
	const struct port_budget *b = busiest.rows.count ? &busiest.rows.items[0] : NULL;
	struct addr any = r->budget->asker.local, source = addr_is_any(&any) && b ? b->asker.local : any;
	struct endpoint unused = { unused_source(&source), 1 };
	if (!ports_connect_new(r->map, r->budget->netns, &source, &unused, &elsewhere) &&
	    elsewhere.free_low > r->budget->free_low) {
		text_add(&t, "with IP_BIND_ADDRESS_NO_PORT set before bind(), connect() finds ");
		format_count(&t, elsewhere.free_low);
		text_add(&t, " ports to a destination that nobody uses yet");
		if (b) {
			text_add(&t, ", and ");
			format_count(&t, b->free_low);
			text_add(&t, " to ");
			endpoint_format(&t, &b->destination);
		}
		relief_add(r, &t, NULL)->in_program = true;
	}
	array_free(&busiest.rows);
}

void port_reliefs(const struct port_map *map, const struct port_budget *budget, struct arena *arena,
                  struct port_reliefs *ret)
{
	struct relief r = { .map = map,
		            .moment = map->moment,
		            .budget = budget,
		            .settings = &map->moment->netns.items[budget->netns],
		            .arena = arena,
		            .ret = ret };

	if (!budget->destination.port)
		try_late_choice(&r);
	try_range(&r);
	if (!budget->destination.port)
		return;
	try_reuse(&r);
	try_source(&r);
}

void port_reliefs_free(struct port_reliefs *reliefs)
{
	array_free(&reliefs->rows);
}
