/* The peer has finished and said so (FIN); the owner holds the descriptor and will not close it.
 *
 * Slow work looks the same for a while. What tells them apart is the oldest age A at which this program was seen
 * to close such a socket: what is older than 3 x A is not work any more. If it closed nothing while watched,
 * what is older than three windows is not; and without a window, only ages that reach back to the program's own
 * start, or that no handler has, speak for a leak. */
#include "model/command.h"
#include "rule/ground/budgets.h"
#include "rule/ground/close_wait.h"
#include "rule/ground/hang.h"
#include "rule/ground/listeners.h"
#include "rule/rule.h"
#include <limits.h>

enum {
	TRANSIT_MS = 1000,          /* a healthy close may take that long on a busy host */
	NO_HANDLER_MS = 10 * 60000, /* older than any request's handler, whatever the program */
	LONG_MS = 60000,            /* after the peer has hung up: few handlers go on for so long */
	TIMES = 3,
	DUE = 3,
	LONG_WINDOW_MS = 9000,
	SAME_MS = 10,
};

static uint64_t threshold_ms(const struct moment *m, const struct close_wait *c)
{
	if (c->closed.count)
		return TIMES * c->closed.oldest_ms;
	return m->window.ms ? TIMES * m->window.ms : NO_HANDLER_MS;
}

static void tell_unread(struct inquiry *q, const struct ages *a, struct finding *f)
{
	if (a->data_unread)
		finding_evidence(q, f, "data lies unread on %s of them", count_text(q, a->data_unread));
	if (a->eof_unread)
		finding_evidence(q, f, "the end of data (EOF) has not been read on %s of them",
		                 count_text(q, a->eof_unread));
	if (!a->data_unread && !a->eof_unread && !a->eof_untold)
		finding_evidence(q, f, "everything has been read, EOF included");
}

static void tell_proof(struct inquiry *q, const struct close_wait *c, struct finding *f)
{
	const struct moment *m = q->moment;

	finding_evidence(q, f, "the peers have finished, the descriptors are held: ages %s",
	                 c->ages.known ? range_text(q, c->ages.youngest_ms, c->ages.oldest_ms) : "unknown");
	if (c->closed.count)
		finding_evidence(
		        q, f, "it closed %s others meanwhile, none older than %s; these are more than %d times as old",
		        count_text(q, c->closed.count), duration_text(q, c->closed.oldest_ms), TIMES);
	else if (m->window.ms)
		finding_evidence(q, f, "none was closed in the %s watched, %s came", duration_text(q, m->window.ms),
		                 count_text(q, c->arrived));
	if (c->closed.ended)
		finding_evidence(q, f, "%s others went when the process that held them ended",
		                 count_text(q, c->closed.ended));
	if (c->dead)
		finding_evidence(q, f,
		                 "%s are dead by now (a reset, mostly met by a keepalive probe), and held all the same",
		                 count_text(q, c->dead));
	tell_unread(q, &c->ages, f);
	if (c->patience_known && c->patience_median_ms < SAME_MS)
		finding_evidence(q, f, "the peers hung up with their last data");
	else if (c->patience_known)
		finding_evidence(q, f, "the peers hung up %s after their last data (median)",
		                 duration_text(q, c->patience_median_ms));
}

static bool may_be(const struct finding *f, const char *id)
{
	array_each (&f->alternatives, a)
		if (a->id && streq(a->id, id))
			return true;
	return false;
}

static void exclude_slow_handler(struct inquiry *q, const struct close_wait *c, struct finding *f)
{
	const struct moment *m = q->moment;

	if (c->closed.count)
		finding_excludes(q, f, "slow-handler", "what it closes, it closes within %s",
		                 duration_text(q, c->closed.oldest_ms));
	else if (c->dead == c->sockets)
		finding_excludes(q, f, "slow-handler", "the connections are dead: there is nothing left to do");
	else if (close_wait_done_with(c))
		finding_excludes(q, f, "slow-handler",
		                 "it has its answers and has read them: there is nothing left to do");
	else if (m->window.ms)
		finding_excludes(q, f, "slow-handler", "oldest %s, and none closed in %s",
		                 duration_text(q, c->ages.oldest_ms), duration_text(q, m->window.ms));
}

static void tell_excluded(struct inquiry *q, const struct close_wait *c, struct finding *f)
{
	const struct moment *m = q->moment;

	finding_excludes(q, f, "accept-queue", "every one has a descriptor");
	if (hang_of(q, f->subject) == HANG_NO)
		finding_excludes(
		        q, f, "hung-owner", "the process is not stopped%s",
		        m->processes.items[f->subject].activity.known ? ", and its threads run or wait for work" : "");
	else
		finding_or_else(f, "hung-owner", "it did nothing in the short time watched",
		                "unfin check --window 10s");
	if (!may_be(f, "slow-handler")) /* excluded is what no alternative names */
		exclude_slow_handler(q, c, f);
	if (m->window.ms && !c->progressed)
		finding_excludes(q, f, "half-closed", "no data of ours was acknowledged meanwhile");
}

/* A restart gives everything back, and is honest about it: the leak begins anew. */
static void advise_restart(struct inquiry *q, const struct process *p, struct finding *f)
{
	const char *what =
	        "right now: restart it; its ports and descriptors come back at once, and the leak begins anew";

	if (p->container)
		finding_advice(f,
		               arena_printf(q->arena, "%s (container %.*s)", what,
		                            p->container_name ? INT_MAX : CONTAINER_ID_SHOWN,
		                            p->container_name ?: p->container),
		               NULL);
	else
		finding_advice(f, what, command_restart(p, q->arena));
}

static void advise(struct inquiry *q, const struct close_wait *c, struct finding *f)
{
	const struct moment *m = q->moment;
	const struct process *p = &m->processes.items[f->subject];

	if (f->confidence > CONFIDENCE_POSSIBLE) {
		finding_advice(f, "close the connection on every path, errors included, where the program opens it",
		               NULL);
		advise_restart(q, p, f);
	} else {
		finding_advice(f, "settle first what it is", f->alternatives.items[0].settled_by);
	}
	/* The dead ones are in another state; ask for the one where all are. */
	const char *state = c->dead == f->count ? "state == close"
	                    : c->dead           ? "(state == close-wait or state == close)"
	                                        : "state == close-wait";
	finding_advice(f, "see them", arena_printf(q->arena, "unfin list '%s and pid == %u'", state, p->pid));
	finding_advice(f, "what it means, and the fix in your language", "unfin explain never-closed");
}

/* Closing as slowly as these ages say, it would have closed so many in the window: no close where three were due is
 * no chance. */
static bool closes_were_due(const struct moment *m, const struct ages *older)
{
	return older->known * m->window.ms >= DUE * older->oldest_ms;
}

/* Work that others of its kind do not need, or that has gone on for longer than any work. In a long window the rule of
 * three windows stands by itself, if there was no close that shows that the program does close. */
static bool is_older_than_work(const struct moment *m, const struct close_wait *c, const struct ages *older)
{
	if (older->oldest_ms > NO_HANDLER_MS || closes_were_due(m, older))
		return true;
	return m->window.ms >= LONG_WINDOW_MS && (!c->closed.count || older->oldest_ms > LONG_MS);
}

/* Accepted by a program that has the listener, and held by another: handed over, on purpose or not. */
static bool was_handed_over(struct inquiry *q, const struct suspects *g, const struct finding *f)
{
	const struct moment *m = q->moment;
	const struct programs *programs = inquiry_programs(q);
	uint32_t at = g->end_is_listener ? listener_at(q, g->netns, &g->end) : SOCKET_NONE;

	if (at == SOCKET_NONE || m->sockets.items[at].first_holder == HOLDER_NONE)
		return false;
	moment_each_holder (m, &m->sockets.items[at], h)
		if (program_of(programs, h->process) == program_of(programs, f->subject))
			return false;
	return true;
}

/* How sure, from what was seen. False: what is there is all within what the program closes. */
static bool decide(struct inquiry *q, const struct close_wait *c, struct finding *f)
{
	const struct moment *m = q->moment;
	bool older = c->ages.oldest_ms > threshold_ms(m, c);

	f->confidence = CONFIDENCE_LIKELY;
	if (older && c->closed.count)
		close_wait_keep_older(q, c, f, threshold_ms(m, c));
	else if (c->closed.count)
		return false;
	struct ages ages = ages_of(m, f->sockets.items, f->count, c->assumed_ms);
	if (older && is_older_than_work(m, c, &ages))
		return true;
	if (!c->closed.count && (close_wait_done_with(c) || (!m->window.ms && close_wait_reaches_back(c)))) {
		if (close_wait_idle_timeout(c))
			finding_or_else(f, "stale-pool", "a pool that still fills: more at once than it has now",
			                "unfin check --window 60s");
		return true;
	}
	if (c->gives_back && !c->clients)
		return false; /* slow-handler */
	f->confidence = CONFIDENCE_POSSIBLE;
	finding_or_else(f, "slow-handler", "a handler that takes that long would look the same now",
	                m->window.ms ? "unfin check --window 60s" : "unfin check --window 10s");
	return true;
}

/* Sockets in CLOSE that were never connected (a refused connect, a fresh socket) are nobody's fault. */
static bool was_connected(struct inquiry *q, const struct socket *s, void *with)
{
	return s->state == STATE_CLOSE_WAIT || socket_has(s, SOCKET_WAS_CONNECTED);
}

static bool never_closed_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;

	finding_keep(q, f, was_connected, NULL);
	if (!f->count)
		return false;
	struct suspects mine = *g;
	mine.sockets = f->sockets.items;
	mine.count = f->sockets.count;
	mine.process = f->subject;
	struct close_wait c = close_wait_of(q, &mine);

	if (c.ages.oldest_ms <= TRANSIT_MS && !c.dead)
		return false;
	if (!decide(q, &c, f))
		return false;
	if (f->count < mine.count) { /* the others are within what it closes */
		mine.sockets = f->sockets.items;
		mine.count = f->count;
		c = close_wait_of(q, &mine);
	}
	if (was_handed_over(q, g, f)) {
		f->confidence = CONFIDENCE_POSSIBLE;
		finding_or_else(
		        f, "inherited-fd", "another program has the listener, and may have started this one",
		        arena_printf(q->arena, "ps -o pid,ppid,lstart,args -p %u", m->processes.items[f->subject].pid));
	}
	tell_proof(q, &c, f);
	tell_excluded(q, &c, f);
	advise(q, &c, f);
	budgets_add(q, f);
	close_wait_grow(q, &c, f);
	return true;
}

const struct rule rule_never_closed = {
	.id = "never-closed",
	.title = "leaves connections unclosed that the peer has finished",
	.where = "(state == close-wait or state == close and peer_port != 0) and pid != - and not timer == probe",
	.per = PER_OWNER_END,
	.check = never_closed_check,
};
