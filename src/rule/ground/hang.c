#include "hang.h"
#include "texts.h"

enum {
	SYSTEM_PERCENT = 5, /* of a spinning thread's user time: more, and it spins in system calls */
	WATCHED_LEAST_MS = 1000,
	BUSY_PERCENT = 10, /* of the window; a spinning thread may have to share its processor */
	STILL_LEAST_MS = 1000,
};

/* A thread that spins on reads of 0 bytes, or on a poll that returns at once, has its share of system time: it was
 * told, and does not listen (never-closed). */
static bool spins(const struct activity *a, const struct window *w)
{
	return a->spins && a->thread_user_ms * 100 >= w->ms * BUSY_PERCENT &&
	       a->thread_system_ms * 100 < a->thread_user_ms * SYSTEM_PERCENT;
}

static bool is_blocked(const struct activity *a)
{
	return !a->partial && !a->ran && a->stuck[WAIT_LOCK] + a->stuck[WAIT_DISK] && !a->stuck[WAIT_EVENT] &&
	       !a->stuck[WAIT_UNKNOWN] && !a->stuck[WAIT_NONE];
}

enum hang hang_of(struct inquiry *q, uint32_t process)
{
	const struct moment *m = q->moment;
	const struct process *p = &m->processes.items[process];
	const struct activity *a = &p->activity;

	if (p->frozen)
		return HANG_FROZEN;
	if (p->stopped)
		return p->tracer ? HANG_TRACED : HANG_STOPPED;
	if (!a->known || m->window.ms < WATCHED_LEAST_MS || process_moved(process_moves(inquiry_programs(q), process)))
		return HANG_NO;
	return spins(a, &m->window) ? HANG_SPINS : is_blocked(a) ? HANG_BLOCKED : HANG_NO;
}

bool hang_looks_idle(const struct process *p, enum hang h)
{
	const struct activity *a = &p->activity;

	if (h == HANG_SPINS)
		return a->stuck[WAIT_EVENT] > 0; /* another thread waits for work, and would do it */
	return h == HANG_BLOCKED && a->wait == WAIT_LOCK && !(a->syscall && starts_with(a->syscall, "write"));
}

static void tell_spin(struct inquiry *q, struct finding *f, const struct activity *a)
{
	const struct moment *m = q->moment;

	finding_evidence(
	        q, f,
	        "its thread %s[%u] used %s of processor time in the %s watched, %s of it in the kernel, and never "
	        "slept; no socket of the process was read, accepted or closed meanwhile",
	        a->thread_name, a->tid, duration_text(q, a->thread_user_ms + a->thread_system_ms),
	        duration_text(q, m->window.ms), duration_text(q, a->thread_system_ms));
}

static void tell_block(struct inquiry *q, struct finding *f, const struct process *p)
{
	const struct moment *m = q->moment;
	const struct activity *a = &p->activity;
	TEXT_CLEANUP where = { 0 };

	text_add(&where, a->wait == WAIT_DISK ? "in the kernel, where no signal reaches it (state D)"
	                                      : "for another thread or process");
	if (a->syscall)
		text_printf(&where, ", in %s()", a->syscall);
	if (a->stack)
		text_printf(&where, " (kernel: %s)", a->stack);
	else if (a->wchan)
		text_printf(&where, " (kernel: %s)", a->wchan);
	finding_evidence(q, f, "its thread %s[%u] waits %s, and did not run in the %s watched", a->thread_name, a->tid,
	                 where.bytes, duration_text(q, m->window.ms));
	if (a->threads > 1)
		finding_evidence(q, f, "none of its %u threads ran, and none waits for connections, data or a time",
		                 a->threads);
	if (p->still_ms > m->window.ms)
		finding_evidence(q, f, "it has not run for %s", duration_text(q, p->still_ms));
}

/* "", or ", for 12 min". What has only just begun is no length to tell. */
static const char *since_text(struct inquiry *q, const struct process *p)
{
	return p->still_ms < STILL_LEAST_MS ? "" : arena_printf(q->arena, ", for %s", duration_text(q, p->still_ms));
}

void hang_tell(struct inquiry *q, struct finding *f, uint32_t process, enum hang h)
{
	const struct moment *m = q->moment;
	const struct process *p = &m->processes.items[process];
	const char *who = process_text(q, process);

	switch (h) {
	case HANG_FROZEN:
		finding_evidence(q, f, "%s is frozen%s: its cgroup does not let it run", who, since_text(q, p));
		break;
	case HANG_TRACED:
		finding_evidence(q, f, "%s is stopped by its tracer, %s%s: none of its threads runs", who, p->tracer,
		                 since_text(q, p));
		break;
	case HANG_STOPPED:
		finding_evidence(q, f, "%s is stopped by a signal (state T)%s: none of its threads runs", who,
		                 since_text(q, p));
		break;
	case HANG_SPINS:
		tell_spin(q, f, &p->activity);
		break;
	case HANG_BLOCKED:
		tell_block(q, f, p);
		break;
	case HANG_NO:
		break;
	}
}
