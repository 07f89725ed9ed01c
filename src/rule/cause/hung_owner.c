/* The owner cannot run its close(): it is stopped, traced, frozen, spins or is blocked. Only a process that owes
 * something is looked at: connections that peers have finished, data nobody reads, a queue nobody accepts from. One
 * that sleeps or is stopped and owes nothing is as it should be. */
#include "rule/ground/texts.h"
#include "rule/ground/time_limits.h"
#include "rule/ground/budgets.h"
#include "rule/ground/hang.h"
#include "rule/ground/listeners.h"
#include "rule/ground/steps.h"
#include "rule/rule.h"

enum { UNREAD_MS = 5000 }; /* data that came later is no debt yet */

struct hung {
	enum hang worst; /* of those that hold the sockets */
	uint64_t waits_ms;
	uint64_t closed_by_peer, unread, queued;
};

static bool is_parent(const struct moment *m, const struct socket *s, uint32_t pid)
{
	moment_each_holder (m, s, h)
		if (m->processes.items[h->process].ppid == pid)
			return true;
	return false;
}

/* Data that has only just come to a living connection is no debt yet. */
static bool is_owed(const struct socket *s)
{
	return s->state != STATE_ESTABLISHED || socket_has(s, SOCKET_RECV_FULL) || s->since_data_ms >= UNREAD_MS;
}

/* The least of its holders' hangs: one that runs can close it. A master that only keeps its worker's listener does
 * not count. */
static enum hang socket_hang(struct inquiry *q, const struct socket *s)
{
	const struct moment *m = q->moment;
	enum hang least = HANG_FROZEN;
	bool any = false;

	if (!is_owed(s))
		return HANG_NO;

	moment_each_holder (m, s, h) {
		enum hang hang = hang_of(q, h->process);
		if (hang == HANG_NO && s->state == STATE_LISTEN && is_parent(m, s, m->processes.items[h->process].pid))
			continue;
		any = true;
		least = MIN(least, hang);
	}
	return any ? least : HANG_NO;
}

/* Work that waits for the program: what others sent it, and it has not read or accepted. */
static bool waits(const struct socket *s)
{
	return s->recv_q && (s->role == ROLE_SERVER || s->state == STATE_LISTEN);
}

static uint64_t waiting_ms(const struct socket *s)
{
	struct age age = socket_age(s);

	return s->state == STATE_CLOSE_WAIT && age.basis != AGE_UNKNOWN ? age.min_ms : 0;
}

/* Does this socket show that its owner hangs? */
static bool shows(const struct moment *m, const struct socket *s, enum hang hang)
{
	return hang_is_certain(hang) || waits(s) || !hang_looks_idle(moment_owner(m, s), hang);
}

static void find_worst(struct inquiry *q, const struct suspects *g, struct hung *hung)
{
	const struct moment *m = q->moment;

	for (size_t i = 0; i < g->count; i++) {
		const struct socket *s = &m->sockets.items[g->sockets[i]];
		enum hang hang = socket_hang(q, s);
		if (hang == HANG_NO || !shows(m, s, hang))
			continue;
		hung->worst = MAX(hung->worst, hang);
		hung->waits_ms = MAX(hung->waits_ms, waiting_ms(s));
	}
}

/* Keeps what hangs as surely as the worst, and counts it by kind. */
static bool keep_hung(struct inquiry *q, const struct socket *s, void *with)
{
	struct hung *hung = with;
	enum hang hang = socket_hang(q, s);

	if (hang == HANG_NO || hang_is_certain(hang) != hang_is_certain(hung->worst))
		return false;
	if (s->state == STATE_LISTEN) {
		hung->queued += s->recv_q;
		return false;
	}
	hung->closed_by_peer += s->state == STATE_CLOSE_WAIT;
	hung->unread += s->state != STATE_CLOSE_WAIT;
	return true;
}

/* A process whose queue alone tells: there is no socket that it holds. */
static void take_queue(struct inquiry *q, const struct suspects *g, struct hung *hung, struct finding *f)
{
	const struct moment *m = q->moment;

	for (size_t i = 0; i < g->count && f->subject == PROCESS_NONE; i++) {
		const struct socket *s = &m->sockets.items[g->sockets[i]];
		if (s->state != STATE_LISTEN)
			continue;
		moment_each_holder (m, s, h)
			if (hang_of(q, h->process) == hung->worst)
				f->subject = h->process;
		f->listener = listener_text(q, s);
	}
	f->count = hung->queued;
}

static void tell_work(struct inquiry *q, struct finding *f, const struct hung *hung)
{
	TEXT_CLEANUP t = { 0 };

	if (hung->closed_by_peer)
		text_printf(&t, "%s that %s finished", connections_text(q, hung->closed_by_peer),
		            hung->closed_by_peer == 1 ? "its peer has" : "their peers have");
	if (hung->unread)
		text_printf(&t, "%s%s with data nobody reads", t.length ? ", " : "", count_text(q, hung->unread));
	if (hung->queued)
		text_printf(&t, "%s%s in its accept queue", t.length ? ", " : "", count_text(q, hung->queued));
	finding_evidence(q, f, "what waits for it: %s", t.bytes);
}

static void hung_owner_advise(struct inquiry *q, struct finding *f, enum hang hang)
{
	const struct moment *m = q->moment;
	const struct process *p = &m->processes.items[f->subject];

	if (hang == HANG_STOPPED)
		finding_now(f, "let it continue", arena_printf(q->arena, "kill -CONT %u", p->pid));
	else if (hang == HANG_TRACED)
		finding_now(f, arena_printf(q->arena, "end the tracer, %s", p->tracer), NULL);
	else if (hang == HANG_FROZEN)
		finding_now(f, "thaw it: whoever froze the cgroup can (docker unpause, systemctl thaw)", NULL);
	else {
		finding_now(f, "save its stacks first",
		            arena_printf(q->arena, "gdb -p %u -batch -ex 'thread apply all bt'", p->pid));
		advise_restart(q, f, f->subject, "it cannot close what it holds");
	}
	finding_more(f, "what it means", "unfin explain hung-owner");
}

static const char *hung_owner_title_of(enum hang hang)
{
	static const char *const titles[] = {
		[HANG_BLOCKED] = "is blocked: it does not get to the close() of its connections",
		[HANG_SPINS] = "spins: it does not get to the close() of its connections",
		[HANG_STOPPED] = "is stopped: it cannot close its connections",
		[HANG_TRACED] = "is held by a debugger: it cannot close its connections",
		[HANG_FROZEN] = "is frozen: it cannot close its connections",
	};

	return titles[hang];
}

static void hung_owner_tell(struct inquiry *q, struct finding *f, const struct hung *hung)
{
	const struct moment *m = q->moment;

	hang_tell(q, f, f->subject, hang_of(q, f->subject));
	tell_work(q, f, hung);
	if (f->others.count)
		finding_evidence(q, f, "%zu more of its processes hang as well", f->others.count);
	if (hang_is_certain(hung->worst)) {
		finding_excludes(q, f, "never-closed", "a process that does not run cannot close anything");
		return;
	}
	finding_excludes(q, f, "never-closed", "it did nothing at all with its sockets in the %s watched",
	                 duration_text(q, m->window.ms));
	finding_or_else(f, "slow-handler",
	                hung->worst == HANG_SPINS ? "a long computation that does end"
	                                          : "a lock that is long held, and freed",
	                "unfin check --window 60s");
	if (hung->queued && hang_looks_idle(&m->processes.items[f->subject], hung->worst))
		finding_or_else(
		        f, "accept-queue",
		        "the thread that accepts has ended, and those that are left wait for work: their "
		        "stacks tell",
		        arena_printf(q->arena, "unfin blame --window 5s --pid %u", m->processes.items[f->subject].pid));
}

static bool hung_owner_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;
	struct hung hung = { 0 };

	find_worst(q, g, &hung);
	if (hung.worst == HANG_NO)
		return false;
	if (!hang_is_certain(hung.worst) && m->window.ms < WATCHED_MS && hung.waits_ms < STILL_TIMES * m->window.ms)
		return false;
	finding_keep(q, f, keep_hung, &hung);
	if (!f->count)
		take_queue(q, g, &hung, f);
	if (f->subject == PROCESS_NONE)
		return false;
	f->title = hung_owner_title_of(hung.worst);
	f->confidence = hang_is_certain(hung.worst) ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY;
	f->severity = hang_is_certain(hung.worst) ? SEVERITY_WARNING : SEVERITY_INFO;
	f->eta_why = hang_is_certain(hung.worst) ? "a process that does not run takes no further connections"
	                                         : "while it hangs it takes no further connections";
	hung_owner_tell(q, f, &hung);
	hung_owner_advise(q, f, hung.worst);
	budgets_add(q, f);
	return true;
}

const struct rule rule_hung_owner = {
	.id = "hung-owner",
	.title = "cannot run its close()",
	.where = "(state == close-wait or recv_q > 0) and pid != -",
	.per = PER_OWNER,
	.check = hung_owner_check,
};
