#include "close_wait.h"
#include "base/array.h"
#include "time_limits.h"
#include "traces.h"

enum {
	IDLE_TIMEOUT_MS = 1000, /* no server closes idle connections sooner; a peer that gives up on work may */
	SWEEP_MS = 1000,
	LIFETIME_MS = 20000,           /* a program younger than this has no past to compare with */
	POOL_LIFETIME_MS = 10 * 60000, /* what a pool keeps has been thrown away once by then */
	REACH_PERCENT = 70,            /* of its life */
	AT_ONCE_MS = 100,
	EVEN_LEAST = 8, /* ages to judge evenness by */
	OPENED_LEAST = 3,
	MANY_LEAST = 64, /* more than a program has threads, each with a connection of its own */
	DONE_MS = 5000,
	DONE_MEDIAN_MS = 2500,
	TRACES_LEAST = 3,
	REUSED_LEAST = 2,
	REUSED_PERCENT = 20, /* that are not in a row; a few are not where several are opened at once */
};

/* A server may say so before it hangs up (PostgreSQL does), and nobody reads it. Where nothing was read before, what
 * lies there is the answer. */
static bool is_goodbye(const struct socket *s)
{
	return s->recv_q > 1 && s->received_bytes != s->recv_q;
}

/* From the last data to the FIN. For a client, the last of either side: not every request has an answer. */
static uint64_t patience_of(const struct socket *s)
{
	uint64_t since_ms = s->since_data_ms;

	if (s->role == ROLE_CLIENT && (is_goodbye(s) || s->since_sent_ms < s->since_data_ms))
		since_ms = s->since_sent_ms;
	return since_ms - MIN(since_ms, s->since_ack_ms);
}

/* Stamps are those of the last data and of the FIN, if nothing came later (AGE_EXACT says so). */
static void find_patience(const struct moment *m, const struct suspects *g, struct close_wait *c)
{
	ARRAY(uint64_t) all = { 0 };

	for (size_t i = 0; i < g->count; i++) {
		const struct socket *s = &m->sockets.items[g->sockets[i]];
		if (s->state == STATE_CLOSE_WAIT && socket_age(s).basis == AGE_EXACT &&
		    s->since_data_ms >= s->since_ack_ms)
			*array_push(&all) = patience_of(s);
	}
	c->patience_known = all.count;
	if (all.count) {
		array_sort(&all, compare_u64);
		c->patience_low_ms = all.items[all.count / 10];
		c->patience_median_ms = all.items[all.count / 2];
		c->patience_high_ms = all.items[all.count - 1 - all.count / 10];
	}
	array_free(&all);
}

uint64_t close_wait_watched_ms(const struct moment *m)
{
	return MAX(m->window.ms, m->window.before_ms);
}

/* The SYN is one of the bytes that were acknowledged. */
static bool is_answered(const struct socket *s)
{
	return socket_has(s, SOCKET_TIMES_KNOWN) && s->acked_bytes > 1 && s->since_sent_ms <= s->since_data_ms &&
	       s->since_sent_ms >= s->since_ack_ms && s->since_sent_ms < s->since_ack_ms + IDLE_TIMEOUT_MS;
}

/* What we sent last went out after the last that came. Stamps are as fine as a tick of the kernel: of two that are the
 * same, the peer tells. One that has its answer closes at once; one that gives up has waited. */
static bool has_replied(const struct socket *s)
{
	if (!socket_has(s, SOCKET_TIMES_KNOWN) || s->acked_bytes <= 1)
		return false;
	return s->since_sent_ms < s->since_data_ms ||
	       (s->since_sent_ms == s->since_data_ms && s->since_data_ms < s->since_ack_ms + AT_ONCE_MS);
}

static void count_socket(struct close_wait *c, const struct socket *s, bool watched)
{
	bool known = socket_finished_age(s).basis != AGE_UNKNOWN;
	bool came = socket_has(s, SOCKET_NEW | SOCKET_STATE_NEW);

	c->arrived += came;
	c->progressed += socket_has(s, SOCKET_SENT);
	c->dead += s->state == STATE_CLOSE;
	c->dead_before += s->state == STATE_CLOSE && watched && !came;
	c->unread += s->recv_q > 1; /* the FIN is one */
	c->prompt += known && s->since_data_ms < s->since_ack_ms + IDLE_TIMEOUT_MS;
	c->answered += is_answered(s);
	c->replied += has_replied(s);
	c->clients += s->role == ROLE_CLIENT;
	if (socket_has(s, SOCKET_TIMES_KNOWN))
		c->handled_ms = MAX(c->handled_ms, (uint64_t)s->since_data_ms);
}

/* None is older than a third of the program's life, and closes have left their traces: a leak would have left the older
 * ones, too, unless it began just now. */
static bool gives_back(struct inquiry *q, const struct suspects *g, const struct close_wait *c)
{
	const struct moment *m = q->moment;

	if (c->closed.count || c->sockets < TRACES_LEAST || c->ages.known < c->sockets ||
	    c->lifetime_ms < CLOSE_TIMES * c->ages.oldest_ms)
		return false;
	struct traces_reuse reuse = traces_reuse_of(m, g);
	if (reuse.lower >= REUSED_LEAST && reuse.lower * 100 >= reuse.known * REUSED_PERCENT)
		return true;
	return traces_time_waits(q, g, c->ages.oldest_ms) >= c->sockets;
}

struct close_wait close_wait_of(struct inquiry *q, const struct suspects *g)
{
	const struct moment *m = q->moment;
	struct close_wait c = {
		.closed = *program_departed(inquiry_programs(q), g->process, g->end_is_listener),
		.before = *program_departed_before(inquiry_programs(q), g->process, g->end_is_listener),
		.lifetime_ms = moment_lived_ms(m, g->process),
		.sockets = g->count,
		.assumed_ms = AGE_NOT_ASSUMED,
	};

	if (g->end.port && !g->end_is_listener) {
		c.opened = program_opened(inquiry_programs(q), g->process, g->netns, &g->end);
		c.gained = program_gained(inquiry_programs(q), g->process, g->netns, &g->end);
	}
	for (size_t i = 0; i < g->count; i++) {
		count_socket(&c, &m->sockets.items[g->sockets[i]], m->window.ms > 0);
		moment_each_holder (m, &m->sockets.items[g->sockets[i]], h)
			c.own += h->process == g->process;
	}
	find_patience(m, g, &c);
	/* What all do for whom it is known, the others will have done as well. */
	if (c.patience_known >= ALIKE_LEAST && c.patience_high_ms < IDLE_TIMEOUT_MS) {
		c.assumed_ms = c.patience_high_ms;
		c.prompt = c.sockets;
	}
	c.ages = ages_of(m, g->sockets, g->count, c.assumed_ms);
	c.gives_back = gives_back(q, g, &c);
	return c;
}

struct older {
	uint64_t assumed_ms, ms;
};

static bool is_older(struct inquiry *q, const struct socket *s, void *with)
{
	const struct older *older = with;
	uint64_t ms;

	return !finished_ms(q->moment, s, older->assumed_ms, &ms) || ms >= older->ms;
}

void close_wait_keep_older(struct inquiry *q, const struct close_wait *c, struct finding *f, uint64_t ms)
{
	struct older older = { .assumed_ms = c->assumed_ms, .ms = ms };

	finding_keep(q, f, is_older, &older);
}

/* Timers of one setting scatter little, though many servers look for idle connections but once a second; what
 * each peer's user waits for scatters much. */
bool is_idle_timeout(uint64_t low_ms, uint64_t high_ms)
{
	return low_ms >= IDLE_TIMEOUT_MS && high_ms - low_ms <= MAX(low_ms / 4, (uint64_t)SWEEP_MS);
}

bool close_wait_idle_timeout(const struct close_wait *c)
{
	return c->patience_known && is_idle_timeout(c->patience_low_ms, c->patience_high_ms);
}

bool close_wait_idle_alike(const struct close_wait *c)
{
	return c->patience_known >= ALIKE_LEAST ||
	       (c->closed.idle_known >= ALIKE_LEAST && is_idle_timeout(c->closed.idle_low_ms, c->closed.idle_high_ms));
}

/* Sockets that come at a steady rate and stay: some are young, half are in the middle. */
static bool ages_are_even(const struct ages *a)
{
	return a->known >= EVEN_LEAST && a->youngest_ms * 4 <= a->oldest_ms && a->median_ms * 4 >= a->oldest_ms &&
	       a->median_ms * 4 <= a->oldest_ms * 3;
}

/* Was the next one opened while the one before was open and idle? By their pace: `count` were opened in `span_ms`, and
 * each lay idle for `idle_ms` until its server ended it. */
static bool is_passed_over(uint64_t count, uint64_t span_ms, uint64_t idle_ms)
{
	return count >= AGES_LATEST && span_ms * 2 < count * idle_ms;
}

/* By the latest of those that are held; a few that have survived a collector may be much older. They did not all come
 * in one burst, when many were needed at once. */
bool close_wait_seems_to_pass_over(const struct close_wait *c)
{
	const struct ages *a = &c->ages;

	return a->youngest_ms * 4 <= a->latest_median_ms &&
	       is_passed_over(MIN(c->own, (uint64_t)AGES_LATEST), a->latest_oldest_ms, c->patience_median_ms);
}

/* Old and young at once: neither work ends like that nor a pool, which closes what it finds stale one by one, as it
 * needs another. */
static bool by_collector(const struct departures *d)
{
	return d->burst >= AGES_LATEST && d->spread_ms * 2 >= d->oldest_ms;
}

static bool passes_over_closed(const struct departures *d)
{
	return by_collector(d) && d->idle_known * 2 >= d->count &&
	       is_passed_over(d->count, d->spread_ms, d->idle_low_ms);
}

/* So many lay there idle at once, those included that a collector closed together, that each was passed over, whether
 * or not another has been opened in the window. */
static bool has_too_many(const struct close_wait *c)
{
	if (c->closed.count)
		return c->own + c->closed.burst >= MANY_LEAST && passes_over_closed(&c->closed);
	return c->own >= MANY_LEAST &&
	       is_passed_over(c->own, c->ages.oldest_ms - c->ages.youngest_ms, c->patience_median_ms);
}

bool close_wait_passes_over_idle(const struct close_wait *c)
{
	bool too_many = has_too_many(c);

	if (c->clients != c->sockets || !close_wait_idle_timeout(c))
		return false;
	if (too_many || c->opened < OPENED_LEAST)
		return too_many;
	return c->closed.count ? passes_over_closed(&c->closed) : close_wait_seems_to_pass_over(c);
}

bool close_wait_reaches_back(const struct close_wait *c)
{
	bool may_be_pool = close_wait_idle_timeout(c) && !close_wait_passes_over_idle(c);
	uint64_t least_ms = may_be_pool ? POOL_LIFETIME_MS : LIFETIME_MS;

	return c->lifetime_ms >= least_ms && c->ages.oldest_ms * 100 >= c->lifetime_ms * REACH_PERCENT &&
	       ages_are_even(&c->ages);
}

/* Nearly all: a few may be in the middle of it right now. */
static bool most(uint64_t part, uint64_t all)
{
	return part * 10 >= all * 9;
}

bool close_wait_answered(const struct close_wait *c)
{
	return c->sockets && most(c->answered, c->sockets);
}

/* As a client: the end came with the answer, and all was read. */
static bool has_answer(const struct close_wait *c)
{
	return c->clients == c->sockets && most(c->prompt, c->sockets) && most(c->sockets - c->unread, c->sockets);
}

bool close_wait_collected(const struct close_wait *c)
{
	return has_answer(c) && by_collector(&c->closed);
}

bool close_wait_done_with(const struct close_wait *c)
{
	const struct ages *a = &c->ages;
	bool has_read = most(c->sockets - c->unread, c->sockets);
	bool as_client = has_answer(c);
	bool as_server = !c->clients && most(c->replied, c->sockets) && has_read;

	return (as_client || as_server || most(c->dead_before, c->sockets)) && a->known >= EVEN_LEAST &&
	       a->oldest_ms >= DONE_MS && a->median_ms >= DONE_MEDIAN_MS;
}
