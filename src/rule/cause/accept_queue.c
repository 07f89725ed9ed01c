/* A dead accept queue: peers gave up while they waited to be accepted. Evidence is the listener, since these
 * sockets have no descriptor yet. Severity is the engine's to give; a count alone alarms nobody. */
#include "rule/ground/ages.h"
#include "rule/ground/asked.h"
#include "rule/ground/hang.h"
#include "rule/ground/listeners.h"
#include "queues.h"
#include "throttle.h"
#include "twin.h"
#include "rule/ground/texts.h"
#include "rule/ground/waits.h"

enum {
	TRANSIT_MS = 1000, /* health checks connect and hang up at once: a moment in the queue is no fault */
	HOPELESS_MS = 10000,
};

/* Of those that hold the listener: one that hangs, else one that no other of them started (a worker, not the master
 * that only keeps the listener for it). */
static uint32_t acceptor_of(struct inquiry *q, const struct socket *listener)
{
	const struct moment *m = q->moment;
	const struct holder *first = moment_holder(m, listener->first_holder);
	uint32_t worker = first ? first->process : PROCESS_NONE;

	moment_each_holder (m, listener, h) {
		if (hang_of(q, h->process) != HANG_NO)
			return h->process;
		if (m->processes.items[h->process].ppid == m->processes.items[worker].pid)
			worker = h->process;
	}
	return worker;
}

/* Nobody is free to accept, and some wait for a connection that they have accepted, or for another service. */
static bool tell_awaited(struct inquiry *q, struct finding *f)
{
	struct waits w;

	waits_find(q, f->subject, &w);
	bool waits = w.threads && !w.accepting;
	if (waits)
		waits_tell(q, f, &w);
	for (size_t i = 0; waits && i < w.sockets.count; i++)
		*array_push(&f->waits_for) = w.sockets.items[i];
	waits_free(&w);
	return waits;
}

/* The same as far as one look shows it. */
static bool tell_asked(struct inquiry *q, struct finding *f)
{
	socket_list asked = { 0 };
	bool all = !q->moment->window.ms && asked_by_all(q, f->queue, &asked);

	if (all) {
		finding_evidence(q, f, "%s",
		                 asked.count == 1
		                         ? "the process that accepts has asked somebody else, and has no answer yet"
		                         : arena_printf(q->arena,
		                                        "each of the %s processes that accept has asked somebody else, "
		                                        "and has no answer yet",
		                                        count_text(q, asked.count)));
		finding_waits(f, &asked);
	}
	array_free(&asked);
	return all;
}

/* Why it does not accept, and so what to do. */
static const char *tell_acceptor(struct inquiry *q, const struct process *p, struct finding *f)
{
	enum hang hang = hang_of(q, f->subject);

	if (hang != HANG_NO) {
		hang_tell(q, f, f->subject, hang);
		return "let the process run again";
	}
	if (p->fd_limit && p->fd_used >= p->fd_limit) {
		finding_evidence(q, f, "%s has no descriptor left (%s of %s): accept() fails with EMFILE",
		                 process_text(q, f->subject), count_text(q, p->fd_used), count_text(q, p->fd_limit));
		return "close descriptors that are done with, or allow more";
	}
	if (tell_awaited(q, f) || tell_asked(q, f))
		return "give what it waits for a time limit, or let others accept meanwhile: more workers, threads";
	if (throttle_tell(q, f, f->queue, f->subject))
		return THROTTLE_ADVICE;
	if (p->activity.known && p->activity.threads == 1 && p->activity.syscall) {
		finding_evidence(q, f, "the only thread of %s is busy with something else: it waits in %s()",
		                 process_text(q, f->subject), p->activity.syscall);
		return "let it accept while that goes on: in a thread of its own, or without waiting";
	}
	finding_evidence(q, f, "%s does not call accept(), or not as fast as connections come in",
	                 process_text(q, f->subject));
	return "find out why the program does not accept";
}

/* First come, first served: as long as the first in line has waited, the last will. Where that is longer than peers
 * have patience, nobody is served who comes now, however much room there is. */
static void tell_pace(struct inquiry *q, const struct suspects *g, const struct socket *listener, struct finding *f)
{
	const struct moment *m = q->moment;
	uint64_t waited_ms = 0, patience_ms = 0, known = 0;

	for (size_t i = 0; i < g->count; i++) {
		const struct socket *s = &m->sockets.items[g->sockets[i]];
		if (socket_age(s).basis != AGE_EXACT)
			continue;
		waited_ms = MAX(waited_ms, (uint64_t)s->since_data_ms);
		patience_ms += s->since_data_ms - MIN(s->since_data_ms, s->since_ack_ms);
		known++;
	}
	if (!known || !waited_ms || !listener->recv_q)
		return;
	patience_ms /= known;
	finding_evidence(q, f, "the first in line has waited for %s, %s wait; the peers gave up after %s (mean)",
	                 duration_text(q, waited_ms), count_text(q, listener->recv_q), duration_text(q, patience_ms));
	if (patience_ms < TRANSIT_MS || waited_ms < MAX(2 * patience_ms, (uint64_t)HOPELESS_MS))
		return;
	finding_evidence(q, f, "whoever comes now gives up before it is accepted");
	f->severity = SEVERITY_WARNING;
}

static bool accept_queue_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;
	struct ages ages = ages_of(m, g->sockets, g->count, AGE_NOT_ASSUMED);

	f->queue = listener_at(q, g->netns, &g->end);
	if (ages.oldest_ms <= TRANSIT_MS || f->queue == SOCKET_NONE)
		return false;
	const struct socket *listener = &m->sockets.items[f->queue];
	f->confidence = CONFIDENCE_CERTAIN;
	finding_evidence(q, f, "%s closed by their peers while still queued, oldest %s", count_text(q, g->count),
	                 duration_text(q, ages.oldest_ms));
	uint64_t room = (uint64_t)listener->send_q + 1; /* more than the backlog must wait: sk_acceptq_is_full() */
	finding_evidence(q, f, "queue of %s: %s waiting, room for %s", f->listener, count_text(q, listener->recv_q),
	                 count_text(q, room));
	tell_pace(q, g, listener, f);
	struct budget *b = array_push(&f->budgets);
	*b = (struct budget){
		.what = "accept queue", .unit = "places", .used = listener->recv_q, .limit = room, .own = g->count
	};
	f->limit_reached = listener->recv_q >= room;
	f->subject = acceptor_of(q, listener);
	if (f->subject == PROCESS_NONE)
		f->subject_why = listener_nobody(listener);
	uint32_t twin = twin_that_serves(q, f->queue);
	if (twin != SOCKET_NONE) {
		twin_tell(q, f, twin);
		return true;
	}
	const char *do_first = f->subject == PROCESS_NONE ? "find who should accept"
	                                                  : tell_acceptor(q, &m->processes.items[f->subject], f);
	finding_excludes(q, f, "never-closed", "they have no descriptor: the program has not seen them yet");
	finding_now(f, arena_printf(q->arena, "%s; a longer queue only hides it", do_first), NULL);
	finding_more(f, "what it means", "unfin explain accept-queue");
	return true;
}

static const struct finding *accept_queue_cause(struct inquiry *q, const struct finding *f)
{
	return queue_stopper(q, f->queue);
}

const struct rule rule_accept_queue = {
	.id = "accept-queue",
	.title = "lets connections die while they wait to be accepted",
	.where = "state == close-wait and unowned == not-accepted",
	.per = PER_LISTENER,
	.check = accept_queue_check,
	.cause = accept_queue_cause,
};
