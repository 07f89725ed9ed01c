/* No port is left: for which call, for which address or destination, who holds them, who suffers.
 *
 * bind(port 0) and connect() have different budgets: the one needs a port that is free on the whole local
 * address, the other only a 4-tuple that is unique. So one may fail while the other works. One finding a
 * namespace: it is one pool of ports. */
#include "rule/ground/ages.h"
#include "rule/ground/budgets.h"
#include "model/port/relief.h"
#include "rule/ground/reach.h"
#include "rule/rule.h"
#include "translated_ports.h"
#include <errno.h>

struct exhausted {
	const struct moment *m;
	struct judgement *j;
	uint32_t netns;
	struct port_budgets bind, connect; /* tightest first */
	bool bind_ended, connect_ended;
	bool bind_ends, connect_ends; /* within the hour, by their forecasts */
	struct forecast bind_forecast, connect_forecast;
	bool now; /* by the model, at the last look: a call may have failed before it, and ports be free again */
};

static const char *addr_text(struct judgement *j, const struct addr *a)
{
	TEXT_CLEANUP t = { 0 };

	addr_format(&t, a);
	return arena_strdup(j->arena, t.bytes);
}

/* A failed connect() is this rule's only if no port was left for its destination: EADDRNOTAVAIL is also what an
 * address that this host does not have gives. */
static bool connect_ran_out(struct exhausted *x, const struct failure *f)
{
	struct port_map *map = judgement_ports(x->j, x->m);
	struct port_budget budget;
	struct addr source;

	if (ports_source(map, x->netns, &f->target, &source))
		return false;
	return !ports_connect(map, x->netns, &source, &f->target, &budget) && !budget.free_low;
}

static bool is_victim(struct exhausted *x, const struct failure *f)
{
	if (f->netns != x->netns)
		return false;
	if (f->call == CALL_BIND)
		return f->error == EADDRINUSE && !f->target.port;
	return f->call == CALL_CONNECT && f->error == EADDRNOTAVAIL && connect_ran_out(x, f);
}

static void find_victims(struct exhausted *x, struct finding *f)
{
	array_each (&x->m->failures, failure) {
		if (!is_victim(x, failure))
			continue;
		finding_victim(f, failure);
		x->bind_ended |= failure->call == CALL_BIND;
		x->connect_ended |= failure->call == CALL_CONNECT;
	}
}

static void tell_budget(struct exhausted *x, struct finding *f, const struct port_budget *b, bool failed,
                        const char *what)
{
	struct budget *row = array_push(&f->budgets);
	const char *used = count_text(x->j, b->used), *usable = count_text(x->j, b->usable);

	*row = (struct budget){ .what = what, .unit = "ports", .used = b->used, .limit = b->usable };
	if (!b->free_high)
		finding_evidence(x->j, f, "%s: all %s usable ports are taken", what, usable);
	else if (!failed)
		finding_evidence(x->j, f, "%s: %s of %s usable ports are taken", what, used, usable);
	else
		finding_evidence(x->j, f,
		                 "%s: it failed while it was watched; at the end %s of %s usable ports were taken",
		                 what, used, usable);
}

static void tell_budgets(struct exhausted *x, struct finding *f)
{
	if ((x->bind_ended || x->bind_ends) && x->bind.rows.count) {
		const struct port_budget *b = &x->bind.rows.items[0];
		tell_budget(x, f, b, x->bind_ended,
		            arena_printf(x->j->arena, "bind(port 0) on %s", addr_text(x->j, &b->asker.local)));
	}
	if ((x->connect_ended || x->connect_ends) && x->connect.rows.count) {
		const struct port_budget *b = &x->connect.rows.items[0];
		tell_budget(x, f, b, x->connect_ended,
		            arena_printf(x->j->arena, "connect() from %s to %s", addr_text(x->j, &b->asker.local),
		                         endpoint_text(x->j, &b->destination)));
	}
	array_each (&f->budgets, b)
		f->limit_reached |= b->used >= b->limit;
}

/* What still works, since that is what makes people doubt the diagnosis: a destination nobody uses. */
static void tell_what_works(struct exhausted *x, struct finding *f)
{
	struct endpoint unused = { .addr = addr_v4(0), .port = 1 };
	struct port_budget elsewhere;

	if (!x->connect.rows.count)
		return;
	struct addr source = x->connect.rows.items[0].asker.local;
	unused.addr = source;
	if (ports_connect(judgement_ports(x->j, x->m), x->netns, &source, &unused, &elsewhere) || !elsewhere.free_low)
		return;
	finding_evidence(x->j, f,
	                 "a plain connect() to another destination still works (%s ports): only its 4-tuple must be "
	                 "unique, while bind(port 0) needs a port that is free on the whole local address",
	                 count_text(x->j, elsewhere.free_low));
}

/* The present owners of the ports, largest first: at most three are named. */
static void tell_holders(struct exhausted *x, struct finding *f)
{
	bool bind = (x->bind_ended || x->bind_ends) && x->bind.rows.count;
	const struct port_budgets *rows = bind ? &x->bind : &x->connect;
	struct port_takers takers = { 0 };

	if (!rows->rows.count)
		return;
	ports_takers(judgement_ports(x->j, x->m), &rows->rows.items[0], &takers);
	for (size_t i = 0; i < takers.sockets.count; i++)
		*array_push(&f->sockets) = takers.sockets.items[i];
	f->count = f->sockets.count;
	if (f->count)
		budgets_tell_holders(x->m, x->j, f);
	array_free(&takers.sockets);
}

/* What would give more, counted; for the call that ends first. */
static void advise_reliefs(struct exhausted *x, struct finding *f)
{
	bool bind = (x->bind_ended || x->bind_ends) && x->bind.rows.count;
	const struct port_budgets *rows = bind ? &x->bind : &x->connect;
	struct port_reliefs reliefs = { 0 };

	if (rows->rows.count)
		port_reliefs(judgement_ports(x->j, x->m), &rows->rows.items[0], x->j->arena, &reliefs);
	array_each (&reliefs.rows, r)
		finding_advice(f, r->text, r->command);
	port_reliefs_free(&reliefs);
}

static void advise(struct exhausted *x, struct finding *f)
{
	bool bind_fails = false;

	array_each (&f->victims, v)
		bind_fails |= v->call == CALL_BIND;
	if (bind_fails)
		finding_advice(
		        f,
		        "for the program that fails: do not bind() before connect(), or set IP_BIND_ADDRESS_NO_PORT on "
		        "the socket first: then the port is chosen by connect()",
		        NULL);
	advise_reliefs(x, f);
	if (!x->m->window.calls_watched)
		finding_advice(f, "see who fails", "unfin check --window 10s");
	finding_advice(f, "the budgets in full", "unfin ports");
}

static const char *title_of(const struct exhausted *x)
{
	if (!x->bind_ended && !x->connect_ended)
		return x->bind_ends ? "the ports for bind(port 0) come to an end"
		                    : "the ports for connect() to one destination come to an end";
	if (!x->now)
		return "no port was left for a moment: a call failed while it was watched";
	if (x->bind_ended && x->connect_ended)
		return "no port is left for bind(port 0), nor for connect() to one destination";
	return x->bind_ended ? "no port is left for bind(port 0)" : "no port is left for connect() to one destination";
}

/* Not ended yet: does it, and soon? */
static bool ends(struct exhausted *x, const struct port_budgets *rows, bool ended, struct forecast *ret)
{
	if (ended || !rows->rows.count)
		return false;
	*ret = ports_forecast(judgement_ports(x->j, x->m), &rows->rows.items[0]);
	return reach_is_near(x->m, ret);
}

static void look_ahead(struct exhausted *x)
{
	if (x->bind_ended || x->connect_ended)
		return;
	x->bind_ends = ends(x, &x->bind, x->bind_ended, &x->bind_forecast);
	x->connect_ends = ends(x, &x->connect, x->connect_ended, &x->connect_forecast);
}

static void judge_netns(struct exhausted *x, const struct rule *rule)
{
	struct finding *f = finding_new(x->j, rule->id, rule->title);

	f->netns = x->netns;
	f->confidence = CONFIDENCE_CERTAIN;
	x->bind_ended = x->bind.rows.count && !x->bind.rows.items[0].free_high;
	x->connect_ended = x->connect.rows.count && !x->connect.rows.items[0].free_high;
	x->now = x->bind_ended || x->connect_ended;
	find_victims(x, f);
	look_ahead(x);
	if (!x->bind_ended && !x->connect_ended && !x->bind_ends && !x->connect_ends) {
		finding_free(&x->j->findings.items[--x->j->findings.count]);
		return;
	}
	f->title = title_of(x);
	if (!x->bind_ended && !x->connect_ended) {
		f->confidence = CONFIDENCE_LIKELY; /* it may be used otherwise from here on */
		finding_foretell(f, x->bind_ends ? &x->bind_forecast : &x->connect_forecast);
	}
	tell_budgets(x, f);
	tell_holders(x, f);
	tell_what_works(x, f);
	advise(x, f);
}

static void ports_exhausted_judge(const struct moment *m, const struct rule *rule, struct judgement *j)
{
	for (uint32_t n = 0; n < m->netns.count; n++) {
		struct exhausted x = { .m = m, .j = j, .netns = n };
		translated_ports_judge(m, rule, j, n);
		if (!budgets_may_end(m, n))
			continue;
		ports_bind_all(judgement_ports(j, m), n, 1, &x.bind);
		ports_connect_all(judgement_ports(j, m), n, 1, &x.connect);
		judge_netns(&x, rule);
		array_free(&x.bind.rows);
		array_free(&x.connect.rows);
	}
}

const struct rule rule_ports_exhausted = {
	.id = "ports-exhausted",
	.title = "no port is left",
	.judge = ports_exhausted_judge,
};
