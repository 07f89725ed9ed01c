/* A connection is known by four numbers, and no two have the same. Who binds to a port before it connects has chosen
 * three of them, and its peer is the fourth: a second connection of that kind, and for a minute the next one after it,
 * is refused with EADDRNOTAVAIL. SO_REUSEADDR lets bind() pass, and no more; ports are plenty. With TCP timestamps on
 * both sides connect() takes over a TIME-WAIT of its own (seen on Linux 6.18). */
#include "port_source.h"
#include "rule/ground/budgets.h"
#include "rule/ground/failures.h"
#include "rule/ground/texts.h"
#include <errno.h>

static bool is_victim(const struct failure *f)
{
	return f->call == CALL_CONNECT && f->error == EADDRNOTAVAIL && f->target_known && f->source.port;
}

static bool same_wish(const struct failure *a, const struct failure *b)
{
	return a->netns == b->netns && a->source.port == b->source.port && endpoint_same(&a->target, &b->target);
}

static bool has_numbers(const struct socket *s, const struct failure *f)
{
	return s->netns == f->netns && s->local.port == f->source.port && s->state != STATE_CLOSE &&
	       s->state != STATE_LISTEN && endpoint_same(&s->peer, &f->target) &&
	       (addr_is_any(&f->source.addr) || addr_same(&s->local.addr, &f->source.addr));
}

static uint32_t find_numbers(const struct moment *m, const struct failure *f)
{
	array_each (&m->sockets, s)
		if (has_numbers(s, f))
			return (uint32_t)(s - m->sockets.items);
	return SOCKET_NONE;
}

static void tell_free(struct inquiry *q, struct finding *f, const struct failure *failure, const struct socket *s)
{
	struct port_budget budget;

	if (!ports_connect(inquiry_ports(q), failure->netns, &s->local.addr, &failure->target, &budget) &&
	    budget.free_low)
		finding_excludes(q, f, "ports-exhausted", "%s other ports are free to that destination",
		                 count_text(q, budget.free_low));
}

static void tell_socket(struct inquiry *q, struct finding *f, const struct socket *s)
{
	const struct holder *h = moment_holder(q->moment, s->first_holder);

	finding_evidence(q, f, "the connection %s to %s exists already: %s, held by %s", endpoint_text(q, &s->local),
	                 endpoint_text(q, &s->peer), state_people(s->state),
	                 h ? process_text(q, h->process) : "no process");
	if (s->state == STATE_TIME_WAIT)
		finding_evidence(q, f,
		                 socket_has(s, SOCKET_TIMESTAMPS)
		                         ? "it had TCP timestamps: connect() may take it over soon (tcp_tw_reuse)"
		                         : "it had no TCP timestamps: its four numbers are taken for 60 s");
	else
		finding_evidence(q, f,
		                 "bind() let the port be shared, because both had set SO_REUSEADDR; connect() "
		                 "needs four numbers that are unique");
}

static void judge_numbers(struct inquiry *q, const struct rule *rule, const struct failure *first, uint32_t socket)
{
	const struct socket *s = &q->moment->sockets.items[socket];
	const struct holder *h = moment_holder(q->moment, s->first_holder);
	struct finding *f = finding_new(q, rule->id,
	                                h ? "cannot connect: its source port is in use towards the same destination"
	                                  : "cannot connect: its source port is in TIME-WAIT towards the same "
	                                    "destination");

	f->netns = first->netns;
	f->confidence = CONFIDENCE_CERTAIN;
	f->subject = first->process;
	f->listener = endpoint_text(q, &s->local);
	f->peer = endpoint_text(q, &first->target);
	f->thing = "socket";
	f->count = 1;
	*array_push(&f->sockets) = socket;
	if (h && h->process != first->process)
		*array_push(&f->others) = h->process;
	array_each (&q->moment->failures, failure)
		if (is_victim(failure) && same_wish(failure, first))
			finding_victim(q, f, failure)->copes = failure_copes(q->moment, failure);
	tell_socket(q, f, s);
	tell_free(q, f, first, s);
	finding_for_good(f, "let the kernel choose the source port: no bind() to a port before connect()", NULL);
	finding_for_good(
	        f, "if the peer wants a fixed one: one connection for each source port, or an address for each", NULL);
	finding_more(f, "who has the port", arena_printf(q->arena, "unfin ports %u", first->source.port));
}

void port_sources_judge(struct inquiry *q, const struct rule *rule)
{
	const struct moment *m = q->moment;

	array_each (&m->failures, f) {
		const struct failure *before = m->failures.items;
		while (before < f && !(is_victim(before) && same_wish(before, f)))
			before++;
		uint32_t socket = before == f && is_victim(f) ? find_numbers(m, f) : SOCKET_NONE;
		if (socket != SOCKET_NONE)
			judge_numbers(q, rule, f, socket);
	}
}
