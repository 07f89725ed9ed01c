#include "forecast.h"
#include "port_walk.h"
#include <math.h>

enum {
	TIME_WAIT_S = 60,  /* TCP_TIMEWAIT_LEN, include/net/tcp.h */
	RECENT_MS = 10000, /* the stream's rate is that of the last ten seconds */
	WINDOW_LEAST_MS = 1000,
	HORIZON_S = 366 * 24 * 3600,
};

static int compare_u32(const void *a, const void *b)
{
	return CMP(*(const uint32_t *)a, *(const uint32_t *)b);
}

double port_stream_at(const struct port_stream *p, double t_s)
{
	size_t ended = 0, high = p->waits;

	while (ended < high) {
		size_t middle = (ended + high) / 2;
		if (p->left_ms[middle] <= t_s * 1e3)
			ended = middle + 1;
		else
			high = middle;
	}
	return p->held + p->held_per_s * t_s + (double)(p->waits - ended) +
	       p->wait_per_s * MIN(t_s, (double)TIME_WAIT_S);
}

/* The first moment at which `limit` ports are used, infinite if none is. */
static double stream_ends(const struct port_stream *p, double limit)
{
	static const double step_s = 0.25;

	for (double t = 0; t <= TIME_WAIT_S; t += step_s)
		if (port_stream_at(p, t) >= limit)
			return t;
	if (p->held_per_s <= 0)
		return INFINITY;
	double level = p->held + p->wait_per_s * TIME_WAIT_S;
	double t = (limit - level) / p->held_per_s;
	return t < HORIZON_S ? t : INFINITY;
}

struct counted {
	const struct moment *m;
	ARRAY(uint32_t) left_ms;
	double held, came, went; /* others than TIME_WAIT; came and went between the looks */
	double waits_recent, recent_ms;
};

static double waits_within(const struct counted *c, double ms)
{
	double count = 0;

	array_each (&c->left_ms, left)
		count += TIME_WAIT_S * 1e3 - *left <= ms;
	return count;
}

/* The stream's rate now. A burst that is over must not count as one that goes on: where the younger half of the
 * time saw clearly another number than the older one, it alone tells the rate. */
static void count_recent(struct counted *c, uint32_t oldest_ms)
{
	bool looked_twice = c->m->window.ms >= WINDOW_LEAST_MS;
	double all, young;

	c->recent_ms = MIN(looked_twice ? (double)c->m->window.ms : oldest_ms, (double)RECENT_MS);
	all = waits_within(c, c->recent_ms);
	young = waits_within(c, c->recent_ms / 2);
	c->waits_recent = all;
	if (fabs(sqrt(young) - sqrt(all - young)) <= 2)
		return;
	c->waits_recent = young;
	c->recent_ms /= 2;
}

static void count_takers(struct counted *c, const struct port_takers *takers)
{
	uint32_t oldest_ms = 0;

	array_each (&takers->sockets, at) {
		const struct socket *s = &c->m->sockets.items[*at];
		if (s->state != STATE_TIME_WAIT) {
			c->held++;
			c->came += socket_has(s, SOCKET_NEW);
			continue;
		}
		c->went += socket_has(s, SOCKET_STATE_NEW);
		*array_push(&c->left_ms) = s->timer_ms;
		oldest_ms = MAX(oldest_ms, (uint32_t)socket_age(s).min_ms);
	}
	count_recent(c, oldest_ms);
	if (c->left_ms.count)
		array_sort(&c->left_ms, compare_u32);
}

/* Did the socket that left this trail take a port from the budget? */
static bool trail_took(const struct port_map *map, const struct port_budget *b, const struct trail *t)
{
	struct socket gone = { .local = t->local, .peer = t->peer, .state = t->state };

	if (t->netns != b->netns || t->kept || t->state == STATE_TIME_WAIT)
		return false;
	if (!port_is_usable(&map->moment->netns.items[t->netns], t->local.port))
		return false;
	if (b->destination.port)
		return endpoint_same(&t->peer, &b->destination) && addr_same(&t->local.addr, &b->asker.local);
	return port_addr_conflict(&b->asker, &gone);
}

/* Counts scatter by their root: so many more or fewer might as well have been seen. */
struct rates {
	double low, point, high;
};

static struct rates rates_of(double came, double went, double span_ms)
{
	double net = came - went, scatter = 2 * sqrt(came + went);
	struct rates r = { 0 };

	if (span_ms > 0)
		r = (struct rates){ (net - scatter) / span_ms * 1e3, net / span_ms * 1e3,
			            (net + scatter) / span_ms * 1e3 };
	return r;
}

static struct forecast unknown(const char *why)
{
	return (struct forecast){ .why = why };
}

static struct forecast foretell(const struct counted *c, double limit)
{
	bool looked_twice = c->m->window.ms >= WINDOW_LEAST_MS;
	struct rates held = rates_of(c->came, c->went, looked_twice ? (double)c->m->window.ms : 0);
	struct rates waits = rates_of(c->waits_recent, 0, c->recent_ms);
	struct port_stream p = { .held = c->held, .left_ms = c->left_ms.items, .waits = c->left_ms.count };
	struct forecast f = { .known = true };

	p.held_per_s = held.point;
	p.wait_per_s = waits.point;
	f.s = stream_ends(&p, limit);
	p.held_per_s = held.high;
	p.wait_per_s = waits.high;
	f.low_s = stream_ends(&p, limit);
	p.held_per_s = held.low;
	p.wait_per_s = MAX(waits.low, 0);
	f.high_s = stream_ends(&p, limit);
	f.basis = !looked_twice     ? "the ages of the TIME-WAITs: their rate x 60 s"
	          : c->waits_recent ? "two looks, and TIME-WAITs at their rate x 60 s"
	                            : "two looks";
	f.never = isinf(f.s);
	/* It may end or not: that is no answer. */
	if (f.never && !isinf(f.low_s))
		return unknown("cannot be known yet, the change is within chance: watch for 30 s (--window 30s)");
	return f;
}

struct forecast ports_forecast(const struct port_map *map, const struct port_budget *budget)
{
	struct counted c = { .m = map->moment };
	struct port_takers takers = { 0 };
	struct forecast f;

	if (!budget->free_high)
		return (struct forecast){ .known = true, .basis = "none is left" };
	ports_takers(map, budget, &takers);
	count_takers(&c, &takers);
	array_each (&c.m->gone, t)
		c.went += trail_took(map, budget, t);
	/* One look tells what waits, not what is held; the little that is held beside many waiting does not matter. */
	if (c.m->window.ms < WINDOW_LEAST_MS && c.held * 20 > (double)c.left_ms.count)
		f = unknown("one look does not tell what is given back: watch for 10 s (--window 10s)");
	else
		f = foretell(&c, budget->usable);
	array_free(&c.left_ms);
	array_free(&takers.sockets);
	return f;
}
