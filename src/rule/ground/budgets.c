#include "budgets.h"
#include "texts.h"
#include "model/translation.h"
#include <errno.h>

enum { COMING_PERCENT = 5, NAMED = 3 };

struct port_map *inquiry_ports(struct inquiry *q)
{
	const struct moment *m = q->moment;

	if (!q->ports)
		q->ports = port_map_new(m);
	return q->ports;
}

/* By namespace, the sockets on ports of its range: an upper bound of the ports in use, without sorting them. */
static const uint32_t *range_sockets(struct inquiry *q)
{
	const struct moment *m = q->moment;

	if (q->range_sockets)
		return q->range_sockets;
	q->range_sockets = memory_zeroed((m->netns.count + 1) * sizeof(*q->range_sockets));
	array_each (&m->sockets, s) {
		const struct netns *n = s->netns < m->netns.count ? &m->netns.items[s->netns] : NULL;
		if (n && s->local.port >= n->port_first && s->local.port <= n->port_last)
			q->range_sockets[s->netns]++;
	}
	return q->range_sockets;
}

static bool range_used(struct inquiry *q, uint32_t netns, unsigned percent)
{
	uint32_t usable = ports_usable(&q->moment->netns.items[netns]);

	return usable && range_sockets(q)[netns] * 100ULL >= (uint64_t)usable * percent;
}

static bool a_call_failed(const struct moment *m, uint32_t netns)
{
	array_each (&m->failures, f)
		if (f->netns == netns && (f->error == EADDRINUSE || f->error == EADDRNOTAVAIL))
			return true;
	return false;
}

bool budgets_may_end(struct inquiry *q, uint32_t netns)
{
	return a_call_failed(q->moment, netns) || range_used(q, netns, COMING_PERCENT);
}

static bool drew(const struct port_budget *b, uint32_t netns, const struct endpoint *end)
{
	return netns == b->netns && (!b->destination.port || endpoint_same(end, &b->destination));
}

/* As they were counted; of a process that has ended the ends are not known. */
static void count_closes(const struct moment *m, const struct port_budget *b, uint64_t *by_process)
{
	array_each (&m->departures, d)
		if (d->as_client && !d->unanswered && d->process < m->processes.count && drew(b, d->netns, &d->end))
			by_process[d->process] += d->count;
}

/* By two looks, which miss what came and went between them. */
static void count_gone(const struct moment *m, const struct port_budget *b, uint64_t *by_process)
{
	array_each (&m->gone, t)
		if (t->state == STATE_CLOSE_WAIT && t->role != ROLE_SERVER && t->process < m->processes.count &&
		    drew(b, t->netns, &t->peer))
			by_process[t->process]++;
}

static bool ended_meanwhile(const struct moment *m, uint32_t process)
{
	array_each (&m->departures, d)
		if (d->process == process && d->ended)
			return true;
	return false;
}

struct given_back budget_given_back(const struct moment *m, const struct port_budget *b)
{
	cleanup(cleanup_free) uint64_t *counted = memory_zeroed((m->processes.count + 1) * sizeof(*counted));
	cleanup(cleanup_free) uint64_t *gone = memory_zeroed((m->processes.count + 1) * sizeof(*gone));
	struct given_back all = { .process = PROCESS_NONE };
	uint64_t most = 0;

	count_closes(m, b, counted);
	count_gone(m, b, gone);
	for (uint32_t p = 0; p < m->processes.count; p++) {
		uint64_t count = MAX(counted[p], gone[p]);
		all.count += count;
		all.process = count > most ? p : all.process;
		most = MAX(most, count);
	}
	all.ended = all.process != PROCESS_NONE && ended_meanwhile(m, all.process);
	return all;
}

static bool was_nearly_taken(const struct moment *m, const struct port_budget *b)
{
	uint64_t nearly = (uint64_t)b->usable * NEARLY_PERCENT;

	return b->used * 100ULL >= nearly || (b->used + budget_given_back(m, b).count) * 100 >= nearly;
}

/* From where the program had bound to, or where the route leads. */
static bool connect_budget(struct inquiry *q, const struct failure *f, struct port_budget *ret)
{
	struct addr source = f->source.addr;

	if (addr_is_any(&source) && ports_source(inquiry_ports(q), f->netns, &f->target, &source))
		return false;
	return !ports_connect(inquiry_ports(q), f->netns, &source, &f->target, ret) && !ret->absent;
}

/* EADDRNOTAVAIL is also what an address that this host does not have gives, and a source port that the program chose.
 */
bool budget_asked(struct inquiry *q, const struct failure *f, struct port_budget *ret)
{
	struct port_asker asker = { .local = f->target.addr };

	if (!f->target_known)
		return false;
	if (f->call == CALL_BIND)
		return f->error == EADDRINUSE && !f->target.port &&
		       !ports_bind(inquiry_ports(q), f->netns, &asker, ret);
	return f->call == CALL_CONNECT && f->error == EADDRNOTAVAIL && !f->source.port && connect_budget(q, f, ret) &&
	       was_nearly_taken(q->moment, ret);
}

/* Descriptors of the subject itself: its fellow workers have tables of their own. */
static uint64_t own_descriptors(const struct moment *m, const struct finding *f)
{
	uint64_t count = 0;

	array_each (&f->sockets, s) {
		moment_each_holder (m, &m->sockets.items[*s], h)
			count += h->process == f->subject;
	}
	return count;
}

static void add_descriptors(struct inquiry *q, struct finding *f)
{
	const struct moment *m = q->moment;
	const struct process *p = &m->processes.items[f->subject];

	if (!p->fd_limit || !p->fd_used || p->fd_used > p->fd_limit) /* a sandbox: see fd_limit.c */
		return;
	struct budget *b = array_push(&f->budgets);
	*b = (struct budget){ .what = arena_printf(q->arena, "descriptors of %s", process_text(q, f->subject)),
		              .unit = "descriptors",
		              .used = p->fd_used,
		              .limit = p->fd_limit,
		              .own = own_descriptors(m, f) };
}

static void add_ports(struct inquiry *q, struct finding *f)
{
	const struct moment *m = q->moment;
	const struct socket *s = &m->sockets.items[f->sockets.items[0]];
	struct port_budget ports;

	if (ports_connect(inquiry_ports(q), s->netns, &s->local.addr, &s->peer, &ports) || !ports.usable)
		return;
	struct budget *b = array_push(&f->budgets);
	*b = (struct budget){ .what = arena_printf(q->arena, "ports to %s", f->peer),
		              .unit = "ports",
		              .used = ports.used,
		              .limit = ports.usable,
		              .own = MIN(f->count, (uint64_t)ports.used) };
}

void budgets_add(struct inquiry *q, struct finding *f)
{
	if (f->subject == PROCESS_NONE || !f->sockets.count)
		return;
	add_descriptors(q, f);
	if (f->peer && !f->listener)
		add_ports(q, f);
}

struct share {
	uint32_t process; /* PROCESS_NONE: nobody's */
	uint32_t count;
};

static int compare_shares(const void *a, const void *b)
{
	const struct share *x = a, *y = b;

	return CMP(y->count, x->count);
}

void budgets_tell_holders(struct inquiry *q, struct finding *f)
{
	const struct moment *m = q->moment;
	ARRAY(struct share) shares = { 0 };
	TEXT_CLEANUP t = { 0 };

	for (size_t i = 0; i <= m->processes.count; i++)
		array_push(&shares)->process = i < m->processes.count ? (uint32_t)i : PROCESS_NONE;
	array_each (&f->sockets, s) {
		const struct holder *h = moment_holder(m, m->sockets.items[*s].first_holder);
		shares.items[h ? h->process : m->processes.count].count++;
	}
	array_sort(&shares, compare_shares);
	for (size_t i = 0; i < MIN(shares.count, (size_t)NAMED) && shares.items[i].count; i++) {
		const struct share *s = &shares.items[i];
		text_printf(&t, "%s%s by %s", i ? ", " : "", count_text(q, s->count),
		            s->process == PROCESS_NONE ? "no process (TIME-WAIT, orphans)"
		                                       : process_text(q, s->process));
	}
	finding_evidence(q, f, "the ports are held: %s", t.bytes ? t.bytes : "by nobody that can be seen");
	array_free(&shares);
}
