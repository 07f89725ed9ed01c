#include "twin.h"
#include "rule/ground/programs.h"
#include "rule/ground/texts.h"

/* Has this program a connection that came in there? */
static bool accepts_from(struct inquiry *q, uint32_t program, const struct socket *listener)
{
	const struct programs *programs = inquiry_programs(q);

	array_each (&q->moment->sockets, s) {
		if (s->netns != listener->netns || s->local.port != listener->local.port || s->role != ROLE_SERVER)
			continue;
		moment_each_holder (q->moment, s, h)
			if (program_of(programs, h->process) == program)
				return true;
	}
	return false;
}

uint32_t twin_that_serves(struct inquiry *q, uint32_t listener)
{
	const struct moment *m = q->moment;
	const struct programs *programs = inquiry_programs(q);
	const struct socket *queue = &m->sockets.items[listener];
	const struct holder *mine = moment_holder(m, queue->first_holder);

	if (!mine || accepts_from(q, program_of(programs, mine->process), queue))
		return SOCKET_NONE;
	array_each (&m->sockets, s) {
		const struct holder *theirs = moment_holder(m, s->first_holder);
		if (s == queue || s->state != STATE_LISTEN || s->netns != queue->netns || !theirs ||
		    !endpoint_same(&s->local, &queue->local) || s->recv_q > s->send_q)
			continue;
		if (program_of(programs, theirs->process) != program_of(programs, mine->process))
			return (uint32_t)(s - m->sockets.items);
	}
	return SOCKET_NONE;
}

void twin_tell(struct inquiry *q, struct finding *f, uint32_t twin)
{
	const struct moment *m = q->moment;
	const struct process *p = &m->processes.items[f->subject];
	uint32_t server = moment_holder(m, m->sockets.items[twin].first_holder)->process;

	f->title = "holds a second listener on a port and never accepts: its share of the clients is lost";
	finding_evidence(
	        q, f,
	        "two listeners share %s by SO_REUSEPORT, and the kernel deals the clients out to both: the other "
	        "one, of %s, is served",
	        f->listener, process_text(q, server));
	finding_evidence(q, f,
	                 "%s has no connection from this port: it inherited the listener, and does not know of it",
	                 process_text(q, f->subject));
	finding_now(f,
	            arena_printf(q->arena, "end process %u, or make it close the descriptor: its clients then go to %s",
	                         p->pid, process_text(q, server)),
	            arena_printf(q->arena, "kill %u", p->pid));
	finding_for_good(f, "set close-on-exec (SOCK_CLOEXEC) on the listener, so that no child inherits it", NULL);
	finding_more(f, "what it means", "unfin explain accept-queue");
}
