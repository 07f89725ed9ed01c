#include "port_session.h"
#include "rule/ground/pairs.h"
#include "rule/ground/programs.h"
#include "rule/ground/texts.h"

enum {
	SILENT_MS = 10000, /* it may only be idle, so nothing is said for sure; but nothing says that it lives */
	BACKOFF_LEAST = 5, /* our data was sent again so often without an answer (contract, section 2: half-open) */
};

/* The one connection that this process was accepted for; those that came in on the port itself are what it passes on.
 * SOCKET_NONE: it has none, or many. */
static uint32_t session_of(const struct moment *m, uint32_t process, uint16_t port)
{
	uint32_t session = SOCKET_NONE;

	array_each (&m->sockets, s) {
		if (s->state != STATE_ESTABLISHED || s->role != ROLE_SERVER || s->local.port == port)
			continue;
		moment_each_holder (m, s, h) {
			if (h->process != process)
				continue;
			if (session != SOCKET_NONE)
				return SOCKET_NONE;
			session = (uint32_t)(s - m->sockets.items);
			break;
		}
	}
	return session;
}

static bool is_link_down(const struct moment *m, const struct socket *s)
{
	array_each (&m->addresses, a)
		if (a->netns == s->netns && a->link_down && addr_range_holds(&a->range, &s->local.addr))
			return true;
	return false;
}

/* Whatever came from there, data or the answer to a probe. */
static uint64_t silent_ms(const struct socket *s)
{
	return MIN(s->since_data_ms, s->since_ack_ms);
}

static enum session state_of(struct inquiry *q, uint32_t session)
{
	const struct socket *s = &q->moment->sockets.items[session];

	if (is_link_down(q->moment, s) || pair_is_missing(q, session) || (s->send_q && s->backoff >= BACKOFF_LEAST))
		return SESSION_DEAD;
	return silent_ms(s) >= SILENT_MS ? SESSION_SILENT : SESSION_ALIVE;
}

static const char *keepalive_text(struct inquiry *q, const struct socket *s)
{
	if (s->timer == TIMER_KEEPALIVE)
		return arena_printf(q->arena, "keepalive will ask it in %s", duration_text(q, s->timer_ms));
	if (s->send_q)
		return arena_printf(q->arena, "%u bytes for it have not been acknowledged", s->send_q);
	return "no keepalive is set: nothing will ever find out whether it is there";
}

static void tell(struct inquiry *q, struct finding *f, uint32_t session)
{
	const struct moment *m = q->moment;
	const struct socket *s = &m->sockets.items[session];

	finding_evidence(q, f, "%s holds it for its session with %s, which has sent nothing for %s; %s",
	                 process_text(q, f->subject), endpoint_text(q, &s->peer), duration_text(q, silent_ms(s)),
	                 keepalive_text(q, s));
	if (is_link_down(m, s))
		finding_evidence(q, f, "the interface with its address, %s, has no link: nothing can come from there",
		                 addr_text(q, &s->local.addr));
	if (pair_is_missing(q, session))
		finding_evidence(
		        q, f, "the peer's end is not there any more: its namespace was seen, and has no such socket");
	finding_evidence(q, f, "the same program wants the port again: a new session, where the earlier one had it");
}

static void port_session_advise(struct inquiry *q, struct finding *f, enum session state)
{
	const struct process *p = &q->moment->processes.items[f->subject];
	const char *end = arena_printf(q->arena, "kill %u", p->pid);

	if (state == SESSION_ALIVE) {
		finding_now(f, "both sessions are alive: let one of them ask for another port", NULL);
		return;
	}
	finding_now(f,
	            state == SESSION_DEAD ? "that session is dead: end its process, and the new one gets the port"
	                                  : "if that session is dead, end its process: the new one then gets the port",
	            end);
	finding_for_good(
	        f,
	        starts_with(p->comm, "sshd")
	                ? "make sshd notice dead clients within a minute, and ssh exit if it cannot have the port"
	                : "make the server notice dead clients (TCP_KEEPIDLE, or a ping of its own)",
	        starts_with(p->comm, "sshd")
	                ? "ClientAliveInterval 15 in sshd_config, ExitOnForwardFailure yes in ssh_config"
	                : NULL);
}

enum session port_session_tell(struct inquiry *q, struct finding *f, uint32_t holder, uint32_t asks)
{
	const struct programs *programs = inquiry_programs(q);
	uint16_t port = q->moment->sockets.items[f->sockets.items[0]].local.port;
	uint32_t session = session_of(q->moment, holder, port);

	if (holder == asks || session == SOCKET_NONE || program_of(programs, holder) != program_of(programs, asks))
		return SESSION_NONE;
	enum session state = state_of(q, session);
	if (state != SESSION_ALIVE)
		f->title = "holds the port for an earlier session, whose client is gone or silent";
	tell(q, f, session);
	port_session_advise(q, f, state);
	return state;
}
