/* The opener is done; another process (fork and exec without close-on-exec, a descriptor passed on) still holds the
 * same socket. A holder that started after the FIN cannot have opened it. If the opener holds it, too, it is the
 * opener's to close: never-closed. */
#include "rule/ground/budgets.h"
#include "rule/ground/close_wait.h"
#include "rule/rule.h"
#include "rule/ground/texts.h"

/* Milliseconds since the oldest of its holders started, UINT64_MAX if one's start is not known. */
static uint64_t oldest_holder_ms(const struct moment *m, const struct socket *s)
{
	uint64_t oldest = 0;

	moment_each_holder (m, s, h) {
		const struct process *p = &m->processes.items[h->process];
		if (!p->start_boot_ns || p->start_boot_ns > m->taken_boot_ns)
			return UINT64_MAX;
		oldest = MAX(oldest, (m->taken_boot_ns - p->start_boot_ns) / NS_PER_MS);
	}
	return oldest;
}

/* A server that forks for each connection starts its child a moment after the accept, and the client may have
 * hung up by then: that child is the handler. A queue seldom keeps a connection for longer than this. A client has
 * no such moment: who started after the end did not connect. Stamps are as fine as a tick of the kernel. */
enum { HANDLER_MS = 2000, SURE_MS = 10000, TICK_MS = 40 };

enum inheritance { OPENED_IT, LIKELY_INHERITED, SURELY_INHERITED };

/* Stamps compare with process starts: a socket whose FIN, or whose last data, is older than every process that
 * holds it came to them from somebody else. */
static enum inheritance inheritance_of(const struct moment *m, const struct socket *s)
{
	uint64_t holder_ms = oldest_holder_ms(m, s);
	struct age age = socket_age(s);

	if (age.basis == AGE_UNKNOWN || holder_ms == UINT64_MAX)
		return OPENED_IT;
	if (age.min_ms > holder_ms + (s->role == ROLE_CLIENT ? TICK_MS : SURE_MS))
		return SURELY_INHERITED;
	return s->since_data_ms > holder_ms + HANDLER_MS ? LIKELY_INHERITED : OPENED_IT;
}

static bool is_inherited(struct inquiry *q, const struct socket *s, void *with)
{
	const struct moment *m = q->moment;
	enum inheritance how = inheritance_of(m, s);
	uint64_t *sure = with;

	*sure += how == SURELY_INHERITED;
	return how != OPENED_IT;
}

static void evidence(struct inquiry *q, struct finding *f, uint64_t sure)
{
	const char *who = process_text(q, f->subject);

	if (sure)
		finding_evidence(q, f, "%s of %s had their FIN before %s started: it cannot have opened them",
		                 count_text(q, sure), count_text(q, f->count), who);
	if (sure == f->count) {
		finding_excludes(q, f, "never-closed", "no process that holds them is old enough to have opened them");
		return;
	}
	finding_evidence(q, f, "the last data of %s came before %s started: somebody else served them then",
	                 count_text(q, f->count - sure), who);
	finding_or_else(f, "never-closed", "it was handed the descriptors on purpose, and does not close them",
	                "checking whether its program knows about them");
}

static bool inherited_fd_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;
	uint64_t sure = 0;

	finding_keep(q, f, is_inherited, &sure);
	if (!f->count)
		return false;
	f->confidence = sure == f->count ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY;
	const struct process *p = &m->processes.items[f->subject];
	evidence(q, f, sure);
	finding_now(f,
	            arena_printf(q->arena,
	                         "end %s, or make it close the descriptors it does not use; its parent is process %u",
	                         process_text(q, f->subject), p->ppid),
	            NULL);
	finding_for_good(f, "open them with SOCK_CLOEXEC (socket, accept4), so that no child gets them", NULL);
	finding_more(f, "what it means", "unfin explain inherited-fd");
	budgets_add(q, f);
	return true;
}

const struct rule rule_inherited_fd = {
	.id = "inherited-fd",
	.title = "holds connections that another process opened and is done with",
	.where = "state == close-wait and pid != - and not timer == probe",
	.per = PER_OWNER_END,
	.check = inherited_fd_check,
};
