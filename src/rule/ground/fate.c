/* Slow work looks like a leak for a while. What tells them apart is what was due:
 *
 * 1. Closes were seen. A is the oldest age at which this program closed one: what is older than 3 x A is not work.
 * 2. None was seen. Then only those count on which nothing is left to do, or that are older than work gets. That ages
 * reach back to the start of the program, of its load or of a burst proves nothing yet: after a restart slow work does
 * so as well, and the first close is due when the first work is done.
 *
 * Where closes have been watched for longer than the window, those of the minutes before excuse and never accuse: a
 * program that closed after a minute may do so again; that it was slow then is no fault of now. */
#include "fate.h"
#include "texts.h"
#include "rule/ground/served.h"
#include "rule/ground/time_limits.h"

enum {
	GROWN_LEAST = 3,
	CLIPPED_PERCENT = 95,
	DUE = 3,
	LONG_WINDOW_MS = 9000,
	TIDYING_MS = 5000, /* who is answered is not impatient: then a busy host may take its time */
};

/* By connections of any state: those that the server's timeout turns stale while we watch were there before. */
static bool grows(const struct close_wait *c)
{
	return c->gained >= GROWN_LEAST;
}

/* A count that stands still because nothing more fits is no pool's size: it is a leak, clipped. */
static bool is_clipped(const struct process *p)
{
	return p->fd_limit && (uint64_t)p->fd_used * 100 >= p->fd_limit * CLIPPED_PERCENT;
}

static bool is_pool(struct inquiry *q, const struct suspects *g, const struct close_wait *c)
{
	return !g->end_is_listener && close_wait_idle_timeout(c) && !grows(c) && !close_wait_reaches_back(c) &&
	       !close_wait_passes_over_idle(c) && !is_clipped(&q->moment->processes.items[g->process]);
}

static uint64_t slow_ms(const struct close_wait *c)
{
	return close_wait_answered(c) ? TIDYING_MS : CLOSE_MS;
}

/* Closing as slowly as these ages say, it would have closed three or more in the window, and has closed none. That none
 * is no chance; but a load that has only just begun would have closed none either. */
static bool closes_were_due(const struct moment *m, const struct ages *older)
{
	return older->known * m->window.ms >= DUE * older->oldest_ms;
}

/* Beside quick closes, work of another kind may have begun with them: then only its age tells. */
static bool is_older_than_work(const struct moment *m, const struct close_wait *c, const struct ages *older)
{
	if (older->oldest_ms > NO_WORK_MS)
		return true;
	if (c->closed.oldest_ms >= CLOSE_MS && closes_were_due(m, older))
		return true;
	return older->oldest_ms > LONG_WORK_MS && (closes_were_due(m, older) || m->window.ms >= LONG_WINDOW_MS);
}

/* The group's facts without those that it may still close. */
static struct close_wait facts_of_older(struct inquiry *q, const struct suspects *g, const struct close_wait *c,
                                        uint64_t ms)
{
	socket_list older = { 0 };
	struct suspects only = *g;

	for (size_t i = 0; i < g->count; i++) {
		uint64_t age_ms;
		if (!finished_ms(q->moment, &q->moment->sockets.items[g->sockets[i]], c->assumed_ms, &age_ms) ||
		    age_ms >= ms)
			*array_push(&older) = g->sockets[i];
	}
	only.sockets = older.items;
	only.count = older.count;
	struct close_wait facts = close_wait_of(q, &only);
	array_free(&older);
	return facts;
}

/* Two looks tell only between which ages one was closed. If each was closed at the youngest of them, what is still open
 * may be too old to be work: then slow is only a guess. */
static bool is_slow_for_sure(const struct close_wait *c)
{
	uint64_t least_ms = MAX(c->closed.least_ms, c->before.oldest_ms);

	return c->ages.oldest_ms <= MAX(CLOSE_TIMES * least_ms, (uint64_t)CLOSE_MS);
}

static void decide_by_closes(struct inquiry *q, const struct suspects *g, struct fate *fate)
{
	struct close_wait *c = &fate->facts;
	uint64_t threshold_ms = CLOSE_TIMES * close_wait_closed(c).oldest_ms;

	if (c->ages.oldest_ms > MAX(threshold_ms, (uint64_t)CLOSE_MS)) {
		fate->older_than_ms = threshold_ms;
		fate->facts = facts_of_older(q, g, c, threshold_ms);
		fate->sure = is_older_than_work(q->moment, c, &c->ages) || close_wait_done_with(c);
		fate->kind = fate->sure ? FATE_LEAKED : FATE_OPEN;
	} else if (close_wait_collected(c)) {
		fate->kind = FATE_LEAKED;
		fate->sure = true;
	} else if (c->closed.oldest_ms > slow_ms(c) || MIN(c->before.oldest_ms, c->ages.oldest_ms) > slow_ms(c)) {
		fate->kind = FATE_SLOW;
		fate->sure = is_slow_for_sure(c);
	}
}

static bool is_leaked_by_age(const struct moment *m, const struct close_wait *c)
{
	uint64_t oldest_ms = c->ages.oldest_ms;
	bool reaches_back = close_wait_reaches_back(c);

	if (oldest_ms > NO_WORK_MS || (reaches_back && c->clients == c->sockets))
		return true;
	return oldest_ms > LONG_WORK_MS &&
	       (reaches_back || closes_were_due(m, &c->ages) || m->window.ms >= LONG_WINDOW_MS);
}

static void decide_by_ages(const struct moment *m, struct fate *fate)
{
	const struct close_wait *c = &fate->facts;

	fate->sure = true;
	fate->kind = FATE_LEAKED;
	if (c->gives_back && !c->clients && c->ages.oldest_ms <= NO_WORK_MS) {
		fate->kind = c->ages.oldest_ms > slow_ms(c) ? FATE_SLOW : FATE_PASSING;
	} else if (close_wait_done_with(c) || is_leaked_by_age(m, c)) {
		fate->may_be_pool = close_wait_idle_timeout(c) && !close_wait_passes_over_idle(c);
	} else {
		fate->sure = false;
		fate->kind = FATE_OPEN;
	}
}

/* The end of a chain of such programs is where the fault is; a relay closes as soon as its other side does. */
static bool decide_relay(struct inquiry *q, const struct suspects *g, struct fate *fate)
{
	if (fate->facts.ages.oldest_ms <= CLOSE_MS)
		return false;
	fate->relay = relay_of(q, g, &fate->waits_for);
	fate->sure = fate->relay != RELAY_CLIENTS;
	fate->kind = FATE_RELAYED;
	return fate->relay != RELAY_NO;
}

/* A client whose server has ended what lay idle, and that was seen closing: a pool, or a leak that a collector ends.
 * Work that is slow it has none. */
static void decide_idle_client(const struct close_wait *c, struct fate *fate)
{
	bool passes = close_wait_passes_over_idle(c);
	bool thrown_away = c->closed.count || c->gives_back;

	fate->kind = passes ? FATE_LEAKED : FATE_POOLED;
	/* The pool is seen at work if it throws stale ones away. Else it may as well be one burst, or a leak at rest.
	 */
	fate->sure = passes || (thrown_away && close_wait_idle_alike(c) && !grows(c) &&
	                        (c->closed.count || !close_wait_seems_to_pass_over(c)));
}

/* Reset by the server, as some do with what lies idle (MariaDB, load balancers): a pool throws each away when it needs
 * it next. All that were dead at the first look have gone, and as many are dead now. */
static bool is_replaced(const struct suspects *g, const struct close_wait *c)
{
	return g->end.port && !g->end_is_listener && c->dead == c->sockets && c->arrived == c->sockets &&
	       c->arrived >= GROWN_LEAST && !grows(c);
}

static bool is_passing(const struct close_wait *c)
{
	return c->ages.oldest_ms <= CLOSE_MS && c->closed.oldest_ms <= CLOSE_MS && !c->dead;
}

static void decide(struct inquiry *q, const struct suspects *g, struct fate *fate)
{
	const struct close_wait *c = &fate->facts;

	if (is_passing(c))
		return;
	if (c->ages.oldest_ms > CLOSE_MS && served_not(q, g)) {
		fate->kind = FATE_UNSERVED;
		fate->sure = true;
		return;
	}
	if (decide_relay(q, g, fate))
		return;
	fate->kind = FATE_PASSING;
	fate->sure = false;
	if (is_replaced(g, c)) {
		fate->kind = FATE_POOLED;
		fate->sure = true;
	} else if (is_pool(q, g, c) || close_wait_passes_over_idle(c) ||
	           (c->closed.count && !g->end_is_listener && close_wait_idle_timeout(c))) {
		decide_idle_client(c, fate);
	} else if (close_wait_closed(c).count) {
		decide_by_closes(q, g, fate);
	} else {
		decide_by_ages(q->moment, fate);
	}
	if (fate->kind == FATE_OPEN)
		fate->known_in_ms = LONG_WORK_MS - MIN(fate->facts.ages.oldest_ms, (uint64_t)LONG_WORK_MS);
}

/* The same group is asked about by several rules in turn. */
struct known_fate {
	uint32_t first;
	size_t count;
	struct fate *fate;
};

struct fates {
	ARRAY(struct known_fate) rows;
};

const struct fate *fate_of(struct inquiry *q, const struct suspects *g)
{
	if (!q->fates)
		q->fates = memory_zeroed(sizeof(*q->fates));
	array_each (&q->fates->rows, row)
		if (row->first == g->sockets[0] && row->count == g->count)
			return row->fate;
	struct fate *fate = memory_zeroed(sizeof(*fate));
	fate->facts = close_wait_of(q, g);
	decide(q, g, fate);
	*array_push(&q->fates->rows) = (struct known_fate){ g->sockets[0], g->count, fate };
	return fate;
}

void fates_free(struct fates *fates)
{
	if (!fates)
		return;
	array_each (&fates->rows, row) {
		array_free(&row->fate->waits_for);
		free(row->fate);
	}
	array_free(&fates->rows);
	free(fates);
}

bool fate_suspect(struct inquiry *q, uint32_t socket)
{
	const struct socket *s = &q->moment->sockets.items[socket];

	return s->state == STATE_CLOSE_WAIT || socket_has(s, SOCKET_WAS_CONNECTED);
}

static const char *why_unknown(struct inquiry *q, const struct growth *g)
{
	if (g->again_s)
		return arena_printf(q->arena, "%s: ask again in %u s", g->why, g->again_s);
	return arena_printf(q->arena, "%s: %s", g->why, longer_watch(q, g->window_s * 1000ULL));
}

/* Why ages tell no growth here, or NULL: they would be those of survivors. */
static const char *why_no_growth(struct inquiry *q, const struct fate *fate)
{
	if (!fate->facts.ages.known)
		return "when they were finished is not known";
	if (fate->kind == FATE_OPEN)
		return arena_printf(q->arena, "nothing was due yet: ages alone tell in %s",
		                    duration_text(q, fate->known_in_ms));
	if (fate->facts.gives_back)
		return "earlier ones have been closed";
	return NULL;
}

void fate_grow(struct inquiry *q, const struct fate *fate, struct finding *f)
{
	const struct close_wait *c = &fate->facts;
	const struct moment *m = q->moment;
	const char *why = why_no_growth(q, fate);
	ARRAY(uint64_t) ages = { 0 };

	if (why) {
		f->growth = (struct growth){ .why = why };
		return;
	}
	array_each (&f->sockets, s) {
		uint64_t ms;
		if (finished_ms(m, &m->sockets.items[*s], c->assumed_ms, &ms))
			*array_push(&ages) = ms;
	}
	array_sort(&ages, compare_u64);
	struct growth_evidence e = { .ages_ms = ages.items,
		                     .count = ages.count,
		                     .closed_oldest_ms = close_wait_closed(c).oldest_ms,
		                     .window_ms = m->window.ms,
		                     .arrived = c->arrived,
		                     .reaches_back = close_wait_reaches_back(c) };
	f->growth = growth_of(&e);
	if (!f->growth.known)
		f->growth.why = why_unknown(q, &f->growth);
	array_free(&ages);
}
