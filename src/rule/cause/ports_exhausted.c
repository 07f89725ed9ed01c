/* No port is left: for which call, for which address or destination, who holds them, who suffers.
 *
 * bind(port 0) and connect() have different budgets: the one needs a port that is free on the whole local
 * address, the other only a 4-tuple that is unique. So one may fail while the other works. One finding a
 * namespace: it is one pool of ports. What it says of budget, holders and cause is of the call that failed most. */
#include "rule/ground/texts.h"
#include "rule/ground/budgets.h"
#include "rule/ground/listeners.h"
#include "rule/ground/reach.h"
#include "rule/ground/shares.h"
#include "rule/ground/steps.h"
#include "rule/rule.h"
#include "translated_ports.h"

/* One of the two calls, with the budget it draws on: the one that was asked when it failed, else the tightest. */
struct demand {
	struct port_budget budget;
	bool known;        /* there is a budget */
	bool ended;        /* it failed while watched, or would at the last look */
	bool ends;         /* within the hour, by its forecast */
	uint64_t failures; /* seen */
	struct forecast forecast;
};

struct exhausted {
	uint32_t netns;
	struct demand bind, connect;
	bool now; /* by the model, at the last look: a call may have failed before it, and ports be free again */
};

static void find_victims(struct inquiry *q, struct exhausted *x, struct finding *f)
{
	uint64_t most[] = { 0, 0 }; /* of bind, of connect: failures of one address or destination */

	array_each (&q->moment->failures, failure) {
		struct port_budget budget;
		if (failure->netns != x->netns || !budget_asked(q, failure, &budget))
			continue;
		bool connects = failure->call == CALL_CONNECT;
		struct demand *d = connects ? &x->connect : &x->bind;
		finding_victim(q, f, failure);
		d->ended = true;
		d->failures += failure->count;
		if (failure->count > most[connects]) {
			most[connects] = failure->count;
			d->budget = budget;
			d->known = true;
		}
	}
}

/* The call that the finding is about. */
static const struct demand *main_demand(const struct exhausted *x)
{
	if (x->bind.failures != x->connect.failures)
		return x->bind.failures > x->connect.failures ? &x->bind : &x->connect;
	return x->bind.known && (x->bind.ended || x->bind.ends) ? &x->bind : &x->connect;
}

static void tell_budget(struct inquiry *q, struct finding *f, const struct demand *d, const char *what)
{
	const struct port_budget *b = &d->budget;
	const char *used = count_text(q, b->used), *usable = count_text(q, b->usable);

	*array_push(&f->budgets) =
	        (struct budget){ .what = what, .unit = "ports", .used = b->used, .limit = b->usable };
	f->limit_reached |= b->used >= b->usable;
	if (!b->free_high)
		finding_evidence(q, f, "%s: all %s usable ports are taken", what, usable);
	else if (!d->ended)
		finding_evidence(q, f, "%s: %s of %s usable ports are taken", what, used, usable);
	else
		finding_evidence(q, f,
		                 "%s: it failed while it was watched; at the end %s of %s usable ports were taken",
		                 what, used, usable);
}

static void tell_budgets(struct inquiry *q, const struct exhausted *x, struct finding *f)
{
	const struct demand *b = &x->bind, *c = &x->connect;

	if (b->known && (b->ended || b->ends))
		tell_budget(q, f, b, bind_text(q, &b->budget.asker.local));
	if (c->known && (c->ended || c->ends))
		tell_budget(q, f, c,
		            arena_printf(q->arena, "connect() from %s to %s", addr_text(q, &c->budget.asker.local),
		                         endpoint_text(q, &c->budget.destination)));
}

/* They are free again, so no socket tells whose they were: who closed them does. */
static void tell_given_back(struct inquiry *q, const struct exhausted *x, struct finding *f)
{
	const struct demand *d = main_demand(x);
	struct given_back all = { 0 };

	if (d->known && d->ended && d->budget.free_high)
		all = budget_given_back(q->moment, &d->budget);
	if (!all.count)
		return;
	finding_evidence(q, f, "%s that had been finished by the peer %s closed meanwhile, most of them by %s%s",
	                 connections_text(q, all.count), all.count == 1 ? "was" : "were", process_text(q, all.process),
	                 all.ended ? ", when it ended" : "");
	if (all.count * 2 >= d->budget.usable)
		f->holder = all.process;
}

/* What still works, since that is what makes people doubt the diagnosis: a destination nobody uses. */
static void tell_other_destination(struct inquiry *q, const struct exhausted *x, struct finding *f)
{
	struct port_budget elsewhere;

	if (!x->connect.known)
		return;
	struct addr source = x->connect.budget.asker.local;
	struct endpoint unused = { .addr = source, .port = 1 };
	if (ports_connect(inquiry_ports(q), x->netns, &source, &unused, &elsewhere) || !elsewhere.free_low)
		return;
	finding_evidence(q, f,
	                 "a plain connect() to another destination still works (%s ports): only its 4-tuple must be "
	                 "unique, while bind(port 0) needs a port that is free on the whole local address",
	                 count_text(q, elsewhere.free_low));
}

/* Ports of one address are free on the next one: all of 127.0.0.0/8 is there. */
static void tell_other_address(struct inquiry *q, const struct exhausted *x, struct finding *f)
{
	const struct addr *asked = &x->bind.budget.asker.local;
	struct port_budget elsewhere;

	if (!x->bind.known || !x->bind.ended || !addr_is_loopback(asked) || asked->v6)
		return;
	struct port_asker other = { .local = *asked };
	uint8_t *last = &other.local.bytes[sizeof(other.local.bytes) - 1];
	*last = *last < 254 ? *last + 1 : 1;
	if (!ports_bind(inquiry_ports(q), x->netns, &other, &elsewhere) && elsewhere.free_low)
		finding_evidence(q, f, "bind(port 0) on another address still works: %s ports are free on %s",
		                 count_text(q, elsewhere.free_low), addr_text(q, &other.local));
}

/* Who alone has at least half of them. */
static uint32_t main_holder(struct inquiry *q, const struct finding *f)
{
	uint32_t process = suspects_main_process(q->moment, f->sockets.items, f->sockets.count);
	size_t count = 0;

	array_each (&f->sockets, s) {
		const struct holder *h = moment_holder(q->moment, q->moment->sockets.items[*s].first_holder);
		count += h && h->process == process;
	}
	return count * 2 >= f->count ? process : PROCESS_NONE;
}

/* The present owners of the ports, largest first: at most three are named. */
static void tell_holders(struct inquiry *q, const struct exhausted *x, struct finding *f)
{
	const struct demand *d = main_demand(x);
	struct port_takers takers = { 0 };

	if (!d->known)
		return;
	ports_takers(inquiry_ports(q), &d->budget, &takers);
	array_each (&takers.sockets, s)
		*array_push(&f->sockets) = *s;
	f->count = f->sockets.count;
	if (f->count) {
		budgets_tell_holders(q, f);
		f->holder = main_holder(q, f);
	}
	array_free(&takers.sockets);
}

static void ports_exhausted_advise(struct inquiry *q, const struct exhausted *x, struct finding *f)
{
	if (x->bind.failures)
		finding_for_good(
		        f,
		        "in the program that fails, do not bind() before connect(), or set IP_BIND_ADDRESS_NO_PORT on "
		        "the socket first: then the port is chosen by connect()",
		        NULL);
	if (main_demand(x)->known)
		advise_reliefs(q, f, &main_demand(x)->budget);
	if (!q->moment->window.calls_watched)
		finding_more(f, "see who fails", "unfin check --window 10s");
	finding_more(f, "the budgets in full", "unfin ports");
}

static const char *ports_exhausted_title_of(const struct exhausted *x)
{
	const struct demand *d = main_demand(x);

	if (!d->ended)
		return d == &x->bind ? "the ports for bind(port 0) are running out"
		                     : "the ports for connect() to one destination are running out";
	if (!x->now)
		return "no port was left for a moment: a call failed while it was watched";
	if (x->bind.ended && x->connect.ended)
		return "no port is left for bind(port 0), nor for connect() to one destination";
	return d == &x->bind ? "no port is left for bind(port 0)" : "no port is left for connect() to one destination";
}

/* By the model: has it ended, or does it soon? */
static void demand_judge(struct inquiry *q, const struct port_budgets *tightest, struct demand *d)
{
	if (!tightest->rows.count)
		return;
	const struct port_budget *first = &tightest->rows.items[0];
	if (!d->known)
		d->budget = *first;
	d->known = true;
	d->ended |= !first->free_high;
}

static void look_ahead(struct inquiry *q, struct demand *d)
{
	if (!d->known)
		return;
	d->forecast = ports_forecast(inquiry_ports(q), &d->budget);
	d->ends = reach_is_near(q->moment, &d->forecast);
}

static void ports_exhausted_tell(struct inquiry *q, const struct exhausted *x, struct finding *f)
{
	const struct demand *d = main_demand(x);

	f->title = ports_exhausted_title_of(x);
	f->confidence = d->ended ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY; /* it may be used otherwise from here on */
	if (!d->ended)
		finding_foretell(f, &d->forecast);
	tell_budgets(q, x, f);
	tell_holders(q, x, f);
	tell_given_back(q, x, f);
	tell_other_destination(q, x, f);
	tell_other_address(q, x, f);
	ports_exhausted_advise(q, x, f);
}

static void judge_netns(struct inquiry *q, const struct rule *rule, struct exhausted *x)
{
	struct finding *f = finding_new(q, rule->id, rule->title);
	struct port_budgets bind = { 0 }, connect = { 0 };

	f->netns = x->netns;
	find_victims(q, x, f);
	ports_bind_all(inquiry_ports(q), x->netns, 1, &bind);
	ports_connect_all(inquiry_ports(q), x->netns, 1, &connect);
	demand_judge(q, &bind, &x->bind);
	demand_judge(q, &connect, &x->connect);
	x->now = (bind.rows.count && !bind.rows.items[0].free_high) ||
	         (connect.rows.count && !connect.rows.items[0].free_high);
	array_free(&bind.rows);
	array_free(&connect.rows);
	if (!x->bind.ended && !x->connect.ended) {
		look_ahead(q, &x->bind);
		look_ahead(q, &x->connect);
	}
	if (x->bind.ended || x->connect.ended || x->bind.ends || x->connect.ends)
		ports_exhausted_tell(q, x, f);
	else
		finding_drop_last(q);
}

static void ports_exhausted_judge(struct inquiry *q, const struct rule *rule)
{
	for (uint32_t n = 0; n < q->moment->netns.count; n++) {
		struct exhausted x = { .netns = n };
		translated_ports_judge(q, rule, n);
		if (budgets_may_end(q, n))
			judge_netns(q, rule, &x);
	}
}

/* Ports that get fewer because clients come to a queue that nobody empties: at least half of those that came. */
static const struct finding *queue_of_newcomers(struct inquiry *q, const struct finding *f)
{
	const struct moment *m = q->moment;

	array_each (&q->findings, root) {
		size_t came = 0, queued = 0;
		if (root->queue == SOCKET_NONE)
			continue;
		array_each (&f->sockets, at) {
			const struct socket *s = &m->sockets.items[*at];
			if (s->role != ROLE_CLIENT || !socket_has(s, SOCKET_NEW))
				continue;
			came++;
			queued += listener_at(q, s->netns, &s->peer) == root->queue;
		}
		if (came && queued * 2 >= came)
			return root;
	}
	return NULL;
}

/* The ports are held by sockets, and another finding may say why these are still there. */
static const struct finding *ports_exhausted_cause(struct inquiry *q, const struct finding *f)
{
	if (is_translated_ports(f))
		return translated_ports_cause(q, f);
	if (!f->sockets.count)
		return NULL;
	return shares_holder(q, f, f->sockets.items, f->sockets.count) ?: queue_of_newcomers(q, f);
}

const struct rule rule_ports_exhausted = {
	.id = "ports-exhausted",
	.title = "no port is left",
	.judge = ports_exhausted_judge,
	.cause = ports_exhausted_cause,
	.explains_no_socket = true,
};
