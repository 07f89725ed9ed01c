/* Connections are opened and closed so fast that their TIME_WAITs, each kept for 60 s, take all the ports to one
 * destination: close rate x 60 s reaches the budget. Below that it is as it should be, and nothing is said. */
#include "rule/ground/budgets.h"
#include "rule/ground/texts.h"
#include "model/port/relief.h"
#include "rule/ground/reach.h"
#include "rule/rule.h"
#include <math.h>

enum { ROWS_MOST = 3, TIME_WAIT_S = 60 };

/* TIME_WAIT has no holder: who has, had, or wants a connection to there? */
struct candidates {
	ARRAY(uint64_t) counts; /* by process */
};

static void vote(struct candidates *c, uint32_t process, uint64_t count)
{
	if (process < c->counts.count)
		c->counts.items[process] += count;
}

static uint32_t who_churns(const struct moment *m, const struct port_budget *b)
{
	struct candidates c = { 0 };
	uint32_t best = PROCESS_NONE;

	for (size_t i = 0; i < m->processes.count; i++)
		array_push(&c.counts);
	array_each (&m->sockets, s) {
		if (s->netns != b->netns || !endpoint_same(&s->peer, &b->destination))
			continue;
		moment_each_holder (m, s, h)
			vote(&c, h->process, 1);
	}
	array_each (&m->gone, t)
		if (t->netns == b->netns && endpoint_same(&t->peer, &b->destination))
			vote(&c, t->process, 1);
	array_each (&m->first_closes, f)
		if (f->netns == b->netns && endpoint_same(&f->peer, &b->destination))
			vote(&c, f->process, f->count);
	array_each (&m->failures, f)
		if (f->netns == b->netns && f->target_known && endpoint_same(&f->target, &b->destination))
			vote(&c, f->process, 1);
	for (uint32_t i = 0; i < c.counts.count; i++)
		if (c.counts.items[i] && (best == PROCESS_NONE || c.counts.items[i] > c.counts.items[best]))
			best = i;
	array_free(&c.counts);
	return best;
}

static void take_time_waits(struct inquiry *q, struct finding *f, const struct port_budget *b)
{
	const struct moment *m = q->moment;
	struct port_takers takers = { 0 };

	ports_takers(inquiry_ports(q), b, &takers);
	array_each (&takers.sockets, s)
		if (m->sockets.items[*s].state == STATE_TIME_WAIT)
			*array_push(&f->sockets) = *s;
	f->count = f->sockets.count;
	array_free(&takers.sockets);
}

/* How many of the last ten seconds are still there: all of them. */
static double closes_per_s(const struct moment *m, const struct finding *f)
{
	enum { RECENT_MS = 10000 };
	uint64_t recent = 0;

	array_each (&f->sockets, s)
		recent += socket_age(&m->sockets.items[*s]).min_ms <= RECENT_MS;
	return (double)recent / (RECENT_MS / 1e3);
}

static void advise(struct inquiry *q, struct finding *f, const struct port_budget *b, double per_s)
{
	enum { REQUESTS = 10 };
	struct port_reliefs reliefs = { 0 };

	finding_advice(
	        f,
	        arena_printf(q->arena,
	                     "keep connections and use them again (keep-alive, a pool): that ends it. %d requests "
	                     "on each need %s ports instead of %s",
	                     REQUESTS, count_text(q, (uint64_t)ceil(per_s * TIME_WAIT_S / REQUESTS)),
	                     count_text(q, (uint64_t)(per_s * TIME_WAIT_S + 0.5))),
	        NULL);
	port_reliefs(inquiry_ports(q), b, q->arena, &reliefs);
	array_each (&reliefs.rows, r)
		finding_advice(f, r->text, r->command);
	port_reliefs_free(&reliefs);
	finding_advice(f, "no sysctl shortens TIME-WAIT: it is 60 s, and tcp_fin_timeout is not about it", NULL);
	finding_advice(f, "what it means, and keep-alive in your language", "unfin explain connection-churn");
}

static void tell_churn(struct inquiry *q, const struct rule *rule, const struct port_budget *b,
                       const struct forecast *forecast)
{
	const struct moment *m = q->moment;
	struct finding *f = finding_new(q, rule->id, rule->title);

	f->netns = b->netns;
	f->peer = endpoint_text(q, &b->destination);
	f->subject = who_churns(m, b);
	if (f->subject == PROCESS_NONE)
		f->subject_why = "TIME-WAIT has no process, and nobody was seen there: unfin check --window 10s";
	f->thing = "TIME-WAIT";
	take_time_waits(q, f, b);
	f->confidence = f->subject == PROCESS_NONE ? CONFIDENCE_LIKELY : CONFIDENCE_CERTAIN;
	*array_push(&f->budgets) = (struct budget){ .what = arena_printf(q->arena, "ports to %s", f->peer),
		                                    .unit = "ports",
		                                    .used = b->used,
		                                    .limit = b->usable,
		                                    .own = f->count };
	f->limit_reached = !b->free_high;
	finding_foretell(f, forecast);
	double rate = closes_per_s(m, f);
	finding_evidence(q, f,
	                 "%s connections a second are closed here, each keeps its port for 60 s: that comes to %s "
	                 "of %s usable ports",
	                 count_text(q, (uint64_t)(rate + 0.5)), count_text(q, (uint64_t)(rate * TIME_WAIT_S + 0.5)),
	                 count_text(q, b->usable));
	finding_excludes(q, f, "never-closed", "nobody holds them: their program has closed them all");
	advise(q, f, b, rate);
}

static void judge_budget(struct inquiry *q, const struct rule *rule, const struct port_budget *b)
{
	const struct moment *m = q->moment;

	if (b->by_state[STATE_TIME_WAIT] * 2 < b->used || !b->used)
		return;
	struct forecast forecast = ports_forecast(inquiry_ports(q), b);
	if (!b->free_high || reach_is_near(m, &forecast))
		tell_churn(q, rule, b, &forecast);
}

static void connection_churn_judge(struct inquiry *q, const struct rule *rule)
{
	const struct moment *m = q->moment;

	for (uint32_t n = 0; n < m->netns.count; n++) {
		struct port_budgets rows = { 0 };
		if (!budgets_may_end(m, n))
			continue;
		ports_connect_all(inquiry_ports(q), n, ROWS_MOST, &rows);
		array_each (&rows.rows, b)
			judge_budget(q, rule, b);
		array_free(&rows.rows);
	}
}

const struct rule rule_connection_churn = {
	.id = "connection-churn",
	.title = "opens and closes connections so fast that TIME-WAIT takes the ports to one destination",
	.judge = connection_churn_judge,
};
