#include "throttle.h"
#include "rule/ground/hang.h"
#include "rule/ground/texts.h"
#include <errno.h>

enum { WATCHED_LEAST_MS = 2000, HELD_LEAST = 3 };

/* What the program has accepted there and still holds, and how many of these came while watched. */
struct taken {
	uint64_t held, came;
};

static struct taken taken_from(struct inquiry *q, uint32_t listener, uint32_t program)
{
	const struct moment *m = q->moment;
	const struct socket *l = &m->sockets.items[listener];
	struct taken taken = { 0 };

	array_each (&m->sockets, s) {
		const struct holder *h = moment_holder(m, s->first_holder);
		if (s->role != ROLE_SERVER || s->netns != l->netns || s->local.port != l->local.port || !h ||
		    program_of(inquiry_programs(q), h->process) != program)
			continue;
		taken.held++;
		taken.came += socket_has(s, SOCKET_NEW);
	}
	return taken;
}

static bool was_refused(struct inquiry *q, uint32_t program)
{
	array_each (&q->moment->failures, f)
		if (f->call == CALL_ACCEPT && program_of(inquiry_programs(q), f->process) == program)
			return true;
	return false;
}

bool throttle_tell(struct inquiry *q, struct finding *f, uint32_t listener, uint32_t process)
{
	const struct moment *m = q->moment;
	uint32_t program = program_of(inquiry_programs(q), process);
	const struct process *p = &m->processes.items[process];

	if (m->window.ms < WATCHED_LEAST_MS || !m->sockets.items[listener].recv_q || was_refused(q, program) ||
	    hang_of(q, process) != HANG_NO)
		return false;
	struct taken taken = taken_from(q, listener, program);
	if (taken.held < HELD_LEAST || taken.came)
		return false;
	finding_evidence(
	        q, f,
	        "%s runs, and has accepted none during the %s watch; it holds %s that it accepted there before, "
	        "and most likely it is at a limit of its own%s",
	        process_text(q, process), duration_text(q, m->window.ms), count_text(q, taken.held),
	        p->fd_limit > p->fd_used ? arena_printf(q->arena, ": of %s descriptors it has used %s",
	                                                count_text(q, p->fd_limit), count_text(q, p->fd_used))
	                                 : "");
	return true;
}
