/* A bind() to a fixed port was seen failing, or the listen() after it: what sits on the number, in which of its ways,
 * and whose it is. It has nothing to do with how many ports are left; a leak elsewhere on the host is not its cause,
 * one on the very number is. The kernel's rules say which sockets are in the way (model/port/who.h). */
#include "port_session.h"
#include "rule/ground/texts.h"
#include "rule/ground/budgets.h"
#include "rule/ground/failures.h"
#include "rule/ground/shares.h"
#include "rule/ground/steps.h"
#include "model/port/relief.h"
#include "model/port/who.h"
#include "rule/rule.h"
#include "port_finder.h"
#include "port_source.h"
#include <errno.h>

/* listen() is refused where bind() passed, because both had set SO_REUSEADDR. */
static bool is_victim(const struct moment *m, const struct failure *f)
{
	bool listens = f->call == CALL_LISTEN && f->error == EADDRINUSE && f->target.port;

	return (is_taken_port(f) || listens) && !failure_copes(m, f);
}

static bool same_wish(const struct failure *a, const struct failure *b)
{
	return a->netns == b->netns && a->target.port == b->target.port;
}

/* What the failing program asked with is not seen. Who is in the way even of SO_REUSEADDR is so in any case; if
 * there is none, it has failed for want of that option. */
static void keep_decisive(struct port_seats *seats)
{
	size_t kept = 0;

	array_each (&seats->rows, s)
		if (!s->yields_to_reuse)
			seats->rows.items[kept++] = *s;
	if (kept)
		seats->rows.count = kept;
}

/* The first way is what it is about; what else sits there is evidence. */
static void take_sockets(struct finding *f, const struct port_seats *seats)
{
	array_each (&seats->rows, s)
		if (s->way == seats->rows.items[0].way)
			*array_push(&f->sockets) = s->socket;
	f->count = f->sockets.count;
}

static const char *port_taken_title_of(enum port_way way)
{
	static const char *const titles[WAY_COUNT] = {
		[WAY_LISTENER] = "listens on the port that another server wants",
		[WAY_INHERITED] = "holds the listener of its parent, which cannot bind its port again",
		[WAY_BOUND] = "is bound to the port that another server wants",
		[WAY_SELF] = "is connected to itself on the port that a server wants",
		[WAY_LEAKED] = "has left a connection on the port that a server wants",
		[WAY_CLIENT] = "has a connection on the port that a server wants",
		[WAY_CHILD] = "has connections on the port that a server wants",
		[WAY_ORPHAN] = "cannot bind its port: the kernel is still finishing connections on it",
		[WAY_TIME_WAIT] = "cannot bind its port again: TIME-WAIT is on it, and SO_REUSEADDR was not set",
	};

	return titles[way];
}

/* "port 8080 is in use by a connection that was accepted on it (30 of them), for example 127.0.0.1:8080 to …: ESTAB" */
static void tell_seat(struct inquiry *q, struct finding *f, const struct socket *s, enum port_way way, unsigned count)
{
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "port %u is in use by %s", s->local.port, port_way_text(way));
	if (count > 1)
		text_printf(&t, " (%u of them), for example", count);
	else
		text_add(&t, ":");
	text_printf(&t, " %s", endpoint_text(q, &s->local));
	if (s->peer.port)
		text_printf(&t, " to %s", endpoint_text(q, &s->peer));
	if (way != WAY_TIME_WAIT)
		text_printf(&t, " (%s)", state_people(s->state));
	if (s->first_holder == HOLDER_NONE)
		text_add(&t, ", held by no process");
	finding_evidence(q, f, "%s", t.bytes);
}

static void tell_seats(struct inquiry *q, struct finding *f, const struct port_seats *seats)
{
	const struct moment *m = q->moment;
	unsigned counts[WAY_COUNT] = { 0 };

	array_each (&seats->rows, s)
		counts[s->way]++;
	for (enum port_way way = 0; way < WAY_COUNT; way++) {
		uint32_t first = SOCKET_NONE;
		array_each (&seats->rows, s)
			if (s->way == way && first == SOCKET_NONE)
				first = s->socket;
		if (!counts[way])
			continue;
		tell_seat(q, f, &m->sockets.items[first], way, counts[way]);
	}
}

static void tell_special(struct inquiry *q, struct finding *f, const struct socket *s, const struct port_seat *seat)
{
	if (seat->dual_stack)
		finding_evidence(q, f,
		                 "it is of the other family: without IPV6_V6ONLY a socket on [::] has the IPv4 "
		                 "port, too");
	if (seat->other_user)
		finding_evidence(q, f,
		                 "it set SO_REUSEPORT, which lets in processes of its own user only: this one "
		                 "belongs to another");
	if (seat->way != WAY_CLIENT && seat->way != WAY_LEAKED && seat->way != WAY_SELF)
		return;
	finding_evidence(q, f,
	                 socket_has(s, SOCKET_BOUND_PORT)
	                         ? "it asked for this very number with bind()"
	                         : "the kernel gave it this number as an automatic port, from ip_local_port_range");
}

static const char *reserve_command(struct inquiry *q, uint32_t netns, uint16_t port)
{
	return port_reserve_command(&q->moment->netns.items[netns], arena_printf(q->arena, "%u", port), q->arena);
}

static void port_taken_advise(struct inquiry *q, struct finding *f, enum port_way way, uint16_t port)
{
	bool automatic = way == WAY_SELF || way == WAY_LEAKED || way == WAY_CLIENT;

	finding_now(f, port_way_remedy(way), NULL);
	if (port_way_prevention(way))
		finding_for_good(f, port_way_prevention(way), automatic ? reserve_command(q, f->netns, port) : NULL);
	if (automatic)
		advise_keep(q, f, "net.ipv4.ip_local_reserved_ports");
	finding_more(f, "what else would work on that port", arena_printf(q->arena, "unfin ports %u", port));
}

static void add_victims(struct inquiry *q, const struct failure *first, struct finding *f)
{
	const struct moment *m = q->moment;

	array_each (&m->failures, failure)
		if (is_victim(m, failure) && same_wish(failure, first))
			finding_victim(q, f, failure);
}

/* TIME_WAIT and orphans have no holder: then it is the server itself that has to change something. */
static uint32_t subject_of(const struct moment *m, const struct failure *failure, const struct port_seat *seat)
{
	const struct holder *h = moment_holder(m, m->sockets.items[seat->socket].first_holder);

	return h ? h->process : failure->process;
}

static void judge_wish(struct inquiry *q, const struct rule *rule, const struct failure *failure)
{
	const struct moment *m = q->moment;
	const struct process *asks = &m->processes.items[failure->process];
	struct port_asker asker = { .local = failure->target.addr,
		                    .uid = asks->uid,
		                    .pid = asks->pid,
		                    .reuseaddr = failure->call == CALL_LISTEN };
	struct port_seats seats = { 0 };

	ports_seats(inquiry_ports(q), failure->netns, failure->target.port, &asker, &seats);
	keep_decisive(&seats);
	if (seats.rows.count) {
		const struct port_seat *seat = &seats.rows.items[0];
		struct finding *f = finding_new(q, rule->id, port_taken_title_of(seat->way));
		f->netns = failure->netns;
		f->confidence = CONFIDENCE_CERTAIN;
		f->subject = subject_of(m, failure, seat);
		f->listener = endpoint_text(q, &failure->target);
		f->thing = "socket";
		take_sockets(f, &seats);
		add_victims(q, failure, f);
		tell_seats(q, f, &seats);
		if (failure->call == CALL_LISTEN)
			finding_evidence(q, f,
			                 "bind() passed because both had set SO_REUSEADDR; listen() then found "
			                 "the other one listening");
		tell_special(q, f, &m->sockets.items[seat->socket], seat);
		finding_excludes(q, f, "ports-exhausted",
		                 "a fixed port was asked for: how many are left does not matter");
		if (port_session_tell(q, f, f->subject, failure->process) == SESSION_NONE)
			port_taken_advise(q, f, seat->way, failure->target.port);
	}
	array_free(&seats.rows);
}

static void port_taken_judge(struct inquiry *q, const struct rule *rule)
{
	const struct moment *m = q->moment;

	array_each (&m->failures, f) {
		const struct failure *before = m->failures.items;
		while (before < f && !(is_victim(m, before) && same_wish(before, f)))
			before++;
		if (before == f && is_victim(m, f) && f->netns < m->netns.count)
			judge_wish(q, rule, f);
	}
	port_sources_judge(q, rule);
	port_finders_judge(q, rule);
}

/* A leaked connection that sits on the number: its finding is the cause, whatever else sits there. */
static const struct finding *port_taken_cause(struct inquiry *q, const struct finding *f)
{
	return f->sockets.count ? shares_holder(q, f, f->sockets.items, 1) : NULL;
}

const struct rule rule_port_taken = {
	.id = "port-taken",
	.title = "a server cannot bind its port",
	.judge = port_taken_judge,
	.cause = port_taken_cause,
	.explains_no_socket = true,
};
