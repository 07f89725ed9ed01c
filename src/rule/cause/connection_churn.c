/* Connections are opened and closed so fast that their TIME_WAITs, each kept for 60 s, take all the ports: to one
 * destination, or for bind(port 0) on one address, over many destinations. Close rate x 60 s reaches the budget. Below
 * that it is as it should be, and nothing is said. */
#include "rule/ground/budgets.h"
#include "rule/ground/reach.h"
#include "rule/ground/steps.h"
#include "rule/ground/texts.h"
#include "rule/rule.h"
#include <errno.h>
#include <math.h>

enum { ROWS_MOST = 3, TIME_WAIT_S = 60 };

/* TIME_WAIT has no holder: who has, had, or wants a connection there? */
struct candidates {
	ARRAY(uint64_t) counts; /* by process */
};

static void vote(struct candidates *c, uint32_t process, uint64_t count)
{
	if (process < c->counts.count)
		c->counts.items[process] += count;
}

static bool is_bind(const struct port_budget *b)
{
	return !b->destination.port;
}

/* Does a connection of these ends draw on the budget? */
static bool draws(const struct port_budget *b, uint32_t netns, const struct endpoint *local,
                  const struct endpoint *peer)
{
	if (netns != b->netns || !peer->port)
		return false;
	return is_bind(b) ? addr_is_any(&b->asker.local) || addr_same(&local->addr, &b->asker.local)
	                  : endpoint_same(peer, &b->destination);
}

static bool failed_for_want(struct inquiry *q, const struct port_budget *b, const struct failure *f)
{
	struct port_budget asked;

	return f->netns == b->netns && budget_asked(q, f, &asked) && is_bind(b) == is_bind(&asked) &&
	       addr_same(&asked.asker.local, &b->asker.local) && endpoint_same(&asked.destination, &b->destination);
}

/* No port is left, or none was when somebody was seen asking for one. */
static bool has_ended(struct inquiry *q, const struct port_budget *b)
{
	if (!b->free_high)
		return true;
	array_each (&q->moment->failures, f)
		if (failed_for_want(q, b, f))
			return true;
	return false;
}

/* Of a close only the peer is known: to bind()'s budget any of them may belong. */
static bool may_draw(const struct port_budget *b, const struct first_close *f)
{
	return f->netns == b->netns && (is_bind(b) || endpoint_same(&f->peer, &b->destination));
}

static uint32_t most_voted(const struct candidates *c)
{
	uint32_t best = PROCESS_NONE;

	for (uint32_t i = 0; i < c->counts.count; i++)
		if (c->counts.items[i] && (best == PROCESS_NONE || c->counts.items[i] > c->counts.items[best]))
			best = i;
	return best;
}

static uint32_t who_churns(struct inquiry *q, const struct port_budget *b)
{
	const struct moment *m = q->moment;
	struct candidates c = { 0 };

	for (size_t i = 0; i < m->processes.count; i++)
		array_push(&c.counts);
	array_each (&m->sockets, s) {
		if (s->role == ROLE_SERVER || !draws(b, s->netns, &s->local, &s->peer))
			continue;
		moment_each_holder (m, s, h)
			vote(&c, h->process, 1);
	}
	array_each (&m->gone, t)
		if (t->role != ROLE_SERVER && draws(b, t->netns, &t->local, &t->peer))
			vote(&c, t->process, 1);
	array_each (&m->first_closes, f)
		if (may_draw(b, f))
			vote(&c, f->process, f->count);
	array_each (&m->failures, f)
		if (failed_for_want(q, b, f))
			vote(&c, f->process, 1);
	uint32_t best = most_voted(&c);
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

/* How many of the last ten seconds are still there: all of them. Where no port is left nothing more comes; then it was
 * at least what is there, within the minute that each lasts. */
static double closes_per_s(const struct moment *m, const struct finding *f)
{
	enum { RECENT_MS = 10000 };
	uint64_t recent = 0;

	array_each (&f->sockets, s)
		recent += socket_age(&m->sockets.items[*s]).min_ms <= RECENT_MS;
	return MAX((double)recent / (RECENT_MS / 1e3), f->limit_reached ? (double)f->count / TIME_WAIT_S : 0);
}

static void connection_churn_advise(struct inquiry *q, struct finding *f, const struct port_budget *b, double per_s)
{
	enum { REQUESTS = 10 };

	finding_for_good(
	        f,
	        arena_printf(q->arena,
	                     "keep connections and reuse them (keep-alive, a pool): with %d requests on each, %s "
	                     "ports are enough instead of %s",
	                     REQUESTS, count_text(q, (uint64_t)ceil(per_s * TIME_WAIT_S / REQUESTS)),
	                     count_text(q, (uint64_t)(per_s * TIME_WAIT_S + 0.5))),
	        NULL);
	advise_reliefs(q, f, b);
	finding_more(f, "no sysctl shortens TIME-WAIT: it is fixed at 60 s, and tcp_fin_timeout is not about it", NULL);
	finding_more(f, "what it means, and keep-alive in your language", "unfin explain connection-churn");
}

static const char *budget_text(struct inquiry *q, const struct port_budget *b)
{
	if (is_bind(b))
		return bind_text(q, &b->asker.local);
	return arena_printf(q->arena, "ports to %s", endpoint_text(q, &b->destination));
}

static void tell_rate(struct inquiry *q, struct finding *f, const struct port_budget *b, double per_s)
{
	finding_evidence(q, f,
	                 "%s connections a second are closed here, and each keeps its port for 60 s: that takes %s "
	                 "ports, and %s are usable",
	                 count_text(q, (uint64_t)(per_s + 0.5)), count_text(q, (uint64_t)(per_s * TIME_WAIT_S + 0.5)),
	                 count_text(q, b->usable));
	if (is_bind(b))
		finding_evidence(q, f,
		                 "bind(port 0) needs a port that no TIME-WAIT of that address has, whatever its "
		                 "destination; tcp_tw_reuse is for connect() alone and does not help it");
	finding_excludes(q, f, "never-closed", "nobody holds them: their program has closed them all");
}

static void tell_churn(struct inquiry *q, const struct rule *rule, const struct port_budget *b,
                       const struct forecast *forecast, bool ended)
{
	struct finding *f = finding_new(q, rule->id, rule->title);

	f->netns = b->netns;
	if (is_bind(b))
		f->title = "opens and closes connections so fast that TIME-WAIT takes the ports for bind(port 0)";
	else
		f->peer = endpoint_text(q, &b->destination);
	f->subject = who_churns(q, b);
	if (f->subject == PROCESS_NONE)
		f->subject_why = "TIME-WAIT has no process, and nobody was seen there: unfin check --window 10s";
	f->thing = "TIME-WAIT";
	take_time_waits(q, f, b);
	f->confidence = f->subject == PROCESS_NONE || is_bind(b) ? CONFIDENCE_LIKELY : CONFIDENCE_CERTAIN;
	*array_push(&f->budgets) = (struct budget){
		.what = budget_text(q, b), .unit = "ports", .used = b->used, .limit = b->usable, .own = f->count
	};
	f->limit_reached = ended;
	if (ended && b->free_high)
		f->eta_why = "it had ended while watched: a port that comes free is taken at once";
	else
		finding_foretell(f, forecast);
	double rate = closes_per_s(q->moment, f);
	tell_rate(q, f, b, rate);
	connection_churn_advise(q, f, b, rate);
}

static bool judge_budget(struct inquiry *q, const struct rule *rule, const struct port_budget *b)
{
	bool ended = has_ended(q, b);
	uint64_t taken = ended ? b->usable : b->used; /* when it ended; what has come free since was something else */

	if (b->by_state[STATE_TIME_WAIT] * 2 < taken || !b->used)
		return false;
	struct forecast forecast = ports_forecast(inquiry_ports(q), b);
	if (!ended && !reach_is_near(q->moment, &forecast))
		return false;
	tell_churn(q, rule, b, &forecast, ended);
	return true;
}

/* The first bind(port 0) that failed, by its address; else the address with the least left. */
static bool find_bind_budget(struct inquiry *q, uint32_t netns, struct port_budget *ret)
{
	struct port_budgets rows = { 0 };

	array_each (&q->moment->failures, f) {
		struct port_asker asker = { .local = f->target.addr };
		if (f->netns == netns && f->call == CALL_BIND && f->error == EADDRINUSE && f->target_known &&
		    !f->target.port)
			return !ports_bind(inquiry_ports(q), netns, &asker, ret);
	}
	ports_bind_all(inquiry_ports(q), netns, 1, &rows);
	bool found = rows.rows.count > 0;
	if (found)
		*ret = rows.rows.items[0];
	array_free(&rows.rows);
	return found;
}

static void judge_netns(struct inquiry *q, const struct rule *rule, uint32_t netns)
{
	struct port_budgets rows = { 0 };
	struct port_budget bind;
	bool told = false;

	ports_connect_all(inquiry_ports(q), netns, ROWS_MOST, &rows);
	array_each (&rows.rows, b)
		told |= judge_budget(q, rule, b);
	array_free(&rows.rows);
	/* What one destination alone takes is told with it. */
	if (!told && find_bind_budget(q, netns, &bind))
		judge_budget(q, rule, &bind);
}

static void connection_churn_judge(struct inquiry *q, const struct rule *rule)
{
	for (uint32_t n = 0; n < q->moment->netns.count; n++)
		if (budgets_may_end(q, n))
			judge_netns(q, rule, n);
}

const struct rule rule_connection_churn = {
	.id = "connection-churn",
	.title = "opens and closes connections so fast that TIME-WAIT takes the ports to one destination",
	.judge = connection_churn_judge,
};
