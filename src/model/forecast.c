#include "forecast.h"
#include "base/format.h"
#include "model/port/walk.h"
#include <math.h>

enum {
	TIME_WAIT_S = 60, /* TCP_TIMEWAIT_LEN, include/net/tcp.h */
	SPAN_LEAST_MS = 3000,
	WINDOW_LEAST_MS = 1000,
	STEADY_MS = 5000,
	LONG_WINDOW_MS = 10000,
	HORIZON_S = 366 * 24 * 3600,
	FAR_TIMES = 20,
};

static const char one_look[] = "one look cannot tell what is given back; watch for 10 s: --window 10s";

static bool looked_twice(const struct moment *m)
{
	return m->window.ms >= WINDOW_LEAST_MS;
}

/* What will be used: the held at their pace, the TIME_WAITs of now until they end, and those that follow. */
struct stream {
	const struct usage *usage;
	double held_per_s, wait_per_s;
};

/* As they came; until they have been round, or the oldest of them end. */
static double round_at(const struct usage *u, double t_s)
{
	double span_s = MAX(u->round_oldest_ms / 1e3, 1.0), level = MIN(u->round_most, u->round / span_s * TIME_WAIT_S);

	return MAX(MIN(u->round * (1 + t_s / span_s), level), u->round);
}

static double used_at(const struct stream *p, double t_s)
{
	const struct usage *u = p->usage;
	size_t ended = 0, high = u->left_ms.count;

	while (ended < high) {
		size_t middle = (ended + high) / 2;
		if (u->left_ms.items[middle] <= t_s * 1e3)
			ended = middle + 1;
		else
			high = middle;
	}
	return u->held + p->held_per_s * t_s + (double)(u->left_ms.count - ended) +
	       p->wait_per_s * MIN(t_s, (double)TIME_WAIT_S) + round_at(u, t_s);
}

/* The first moment at which `limit` is used, infinite if there is none. */
static double stream_ends(const struct stream *p, double limit)
{
	static const double step_s = 0.25;

	for (double t = 0; t <= TIME_WAIT_S; t += step_s)
		if (used_at(p, t) >= limit)
			return t;
	if (p->held_per_s <= 0)
		return INFINITY;
	double level = p->usage->held + p->wait_per_s * TIME_WAIT_S + round_at(p->usage, TIME_WAIT_S);
	double t = (limit - level) / p->held_per_s;
	return t < HORIZON_S ? t : INFINITY;
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

static double waits_within(const struct usage *u, double ms)
{
	double count = 0;

	array_each (&u->left_ms, left)
		count += TIME_WAIT_S * 1e3 - *left <= ms;
	return count;
}

/* The stream's rate now, over the longest time that it was the same: a burst that is over must not count as one that
 * goes on. Where the younger half of a time saw clearly another number than the older one, it alone is asked. */
static struct rates wait_rates(const struct usage *u)
{
	double span_ms = MIN(u->oldest_ms, TIME_WAIT_S * 1e3), all = waits_within(u, span_ms);

	while (span_ms > SPAN_LEAST_MS) {
		double young = waits_within(u, span_ms / 2);
		if (fabs(sqrt(young) - sqrt(all - young)) <= 2)
			break;
		span_ms /= 2;
		all = young;
	}
	return rates_of(all, 0, span_ms);
}

static struct forecast forecast_unknown(const char *why)
{
	return (struct forecast){ .why = why };
}

static const char *basis_of(const struct usage *u, const struct rates *waits)
{
	if (!looked_twice(u->moment))
		return "the ages of the TIME-WAITs: their rate x 60 s";
	return waits->point > 0 ? "two looks, and TIME-WAITs at their rate x 60 s" : "two looks";
}

static bool mostly_waits(const struct usage *u)
{
	return (double)u->left_ms.count > 4 * u->held;
}

/* What a batch or a start brings in one window is no growth: there must be more from before it (after a long window
 * half of that will do), and little may have come only to go. A stream of TIME_WAITs proves itself by their ages. */
static bool held_is_steady(const struct usage *u)
{
	double before = u->held - u->came, least = u->moment->window.ms < LONG_WINDOW_MS ? u->came : u->came / 2;

	return before >= least && u->went + u->passed <= u->came / 2;
}

static bool is_steady(const struct usage *u)
{
	return mostly_waits(u) ? u->oldest_ms >= STEADY_MS : held_is_steady(u);
}

static struct forecast foretell(const struct usage *u, double limit)
{
	struct rates held = rates_of(u->came, u->went, looked_twice(u->moment) ? (double)u->moment->window.ms : 0);
	if (mostly_waits(u) && !held_is_steady(u))
		held = (struct rates){ 0 }; /* a batch at its height: what it holds joins the stream */
	struct rates waits = wait_rates(u);
	struct stream now = { u, held.point, waits.point }, fast = { u, held.high, waits.high },
	              slow = { u, held.low, MAX(waits.low, 0) };
	struct forecast f = { .known = true,
		              .s = stream_ends(&now, limit),
		              .low_s = stream_ends(&fast, limit),
		              .high_s = stream_ends(&slow, limit),
		              .basis = basis_of(u, &waits) };

	f.never = isinf(f.s);
	f.steady = is_steady(u);
	f.waits = mostly_waits(u);
	/* It may end or not: that is no answer. */
	if (f.never && !isinf(f.low_s))
		return forecast_unknown(
		        "cannot be known yet, the change is within chance: watch for 30 s (--window 30s)");
	return f;
}

void usage_begin(struct usage *u, const struct moment *m)
{
	*u = (struct usage){ .moment = m };
}

/* What the kernel finishes for a program goes by itself (tcp_fin_timeout, retries): a level, not a growth. */
void usage_add(struct usage *u, const struct socket *s)
{
	if (s->state != STATE_TIME_WAIT) {
		bool orphan = s->unowned == UNOWNED_ORPHAN;
		u->held++;
		u->came += socket_has(s, SOCKET_NEW) && !orphan;
		u->went += socket_has(s, SOCKET_STATE_NEW) && orphan;
		return;
	}
	u->went += socket_has(s, SOCKET_STATE_NEW);
	u->passed += socket_has(s, SOCKET_NEW);
	*array_push(&u->left_ms) = s->timer_ms;
	u->oldest_ms = MAX(u->oldest_ms, (uint32_t)socket_age(s).min_ms);
}

struct forecast usage_end(struct usage *u, double limit)
{
	double used = u->held + (double)u->left_ms.count + u->round;
	struct forecast f;

	array_sort(&u->left_ms, compare_u32);
	if (used >= limit)
		f = (struct forecast){ .known = true, .steady = true, .basis = "the limit is reached" };
	else if (!looked_twice(u->moment) && u->held * 20 > used)
		f = forecast_unknown(one_look); /* the little that is held beside many waiting would not matter */
	else
		f = foretell(u, limit);
	array_free(&u->left_ms);
	return f;
}

static const char *count_basis(const struct moment *m, const struct count *c)
{
	TEXT_CLEANUP t = { 0 };

	text_add(&t, "two looks: from ");
	format_count(&t, c->before);
	text_add(&t, " to ");
	format_count(&t, c->now);
	text_add(&t, " in ");
	format_duration(&t, m->window.ms);
	return arena_strdup(m->arena, t.bytes);
}

/* How long it has grown so: while watched, or all its life, if it came to be what it is at about this pace. */
static double grown_s(const struct moment *m, const struct count *c)
{
	double window_ms = (double)m->window.ms, life_ms = (double)c->lifetime_ms;
	double all_life = ((double)c->now - (double)c->before) / window_ms * life_ms;

	if (life_ms > window_ms && (double)c->now <= 2 * all_life && all_life <= 2 * (double)c->now)
		return life_ms / 1e3;
	return window_ms / 1e3;
}

/* A load that has just begun grows as fast as a leak, and levels off. To wait until a twentieth of the way is seen
 * costs a twentieth of the time that is left. */
static bool is_too_far(const struct moment *m, const struct count *c, const struct forecast *f)
{
	return f->known && !f->never && f->s > FAR_TIMES * grown_s(m, c);
}

struct forecast count_forecast(const struct moment *m, const struct count *c)
{
	double net = (double)c->now - (double)c->before, change = fabs(net);
	bool known = c->turnover != TURNOVER_UNKNOWN;
	double more = known ? MAX((double)c->turnover - change, 0) / 2 : 0;
	double scatter = 2 * sqrt(MAX(change, known ? (double)c->turnover : (double)MAX(c->before, c->now)));
	struct usage u;

	usage_begin(&u, m);
	u.held = (double)c->now;
	u.came = MAX(net, 0) + more;
	u.went = MAX(-net, 0) + more;
	if (c->now < c->limit && looked_twice(m) && net > 0 && (net <= scatter || !held_is_steady(&u)))
		return forecast_unknown("growth so far is within chance: watch for 30 s (--window 30s)");
	struct forecast f = usage_end(&u, (double)c->limit);
	if (is_too_far(m, c, &f))
		return forecast_unknown(
		        "it grows, but too little was seen to tell how far: watch for 60 s (--window 60s)");
	if (f.known && !f.never && f.s > 0)
		f.basis = count_basis(m, c);
	return f;
}

/* Did the socket that left this trail take a port from the budget? */
static bool trail_took(const struct port_map *map, const struct port_budget *b, const struct trail *t)
{
	struct socket gone = { .local = t->local, .peer = t->peer, .state = t->state };

	if (t->netns != b->netns || t->kept || t->state == STATE_TIME_WAIT || t->state == STATE_FIN_WAIT2)
		return false;
	if (t->state == STATE_CLOSE && t->peer.port) /* it lost its port when it died */
		return false;
	if (!port_is_usable(budget_settings(map, b), t->local.port))
		return false;
	if (b->destination.port)
		return endpoint_same(&t->peer, &b->destination) && addr_same(&t->local.addr, &b->asker.local);
	return port_addr_conflict(&b->asker, &gone);
}

/* connect() goes through the ports of one parity first (__inet_hash_connect(), net/ipv4/inet_hashtables.c). A stream of
 * connections that it can take over therefore leaves bind(port 0) the others. */
static bool goes_round(const struct moment *m, const struct port_budget *b, const struct socket *s)
{
	return !b->destination.port && s->state == STATE_TIME_WAIT && socket_has(s, SOCKET_BUCKET_KNOWN) &&
	       s->fastreuse < 0 && s->fastreuseport < 0 &&
	       port_time_wait_yields(&m->netns.items[s->netns], s) == ANSWER_YES;
}

static void add_round(struct usage *u, const struct socket *s)
{
	u->round++;
	u->round_oldest_ms = MAX(u->round_oldest_ms, (uint32_t)socket_age(s).min_ms);
}

struct forecast ports_forecast(const struct port_map *map, const struct port_budget *budget)
{
	const struct moment *m = map->moment;
	struct port_takers takers = { 0 };
	struct usage u;

	if (budget->absent)
		return (struct forecast){ .why = "the namespace does not have this address" };
	usage_begin(&u, m);
	u.round_most = ceil((double)budget->usable / 2);
	ports_takers(map, budget, &takers);
	array_each (&takers.sockets, at) {
		const struct socket *s = &m->sockets.items[*at];
		if (goes_round(m, budget, s))
			add_round(&u, s);
		else
			usage_add(&u, s);
	}
	array_each (&m->gone, t)
		u.went += trail_took(map, budget, t);
	array_free(&takers.sockets);
	return usage_end(&u, budget->usable);
}
