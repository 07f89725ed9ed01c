/* Accepted, and the request lies unread, for every worker waits for somebody else: a client that says nothing, a
 * backend that does not answer. The peers lose patience and close, and what is left in CLOSE_WAIT looks like a leak;
 * but the program has not come to it yet. */
#include "rule/ground/ages.h"
#include "rule/ground/budgets.h"
#include "rule/ground/programs.h"
#include "rule/ground/served.h"
#include "rule/ground/texts.h"
#include "rule/ground/time_limits.h"
#include "rule/ground/steps.h"
#include "rule/rule.h"

/* Peers that still wait for their answer are told beside those that gave up. */
static size_t count_gone(const struct moment *m, const struct finding *f)
{
	size_t gone = 0;

	array_each (&f->sockets, s)
		gone += m->sockets.items[*s].state == STATE_CLOSE_WAIT;
	return gone;
}

static uint64_t longest_unread_ms(const struct moment *m, const struct finding *f)
{
	uint64_t longest_ms = 0;

	array_each (&f->sockets, s)
		longest_ms = MAX(longest_ms, (uint64_t)m->sockets.items[*s].since_data_ms);
	return longest_ms;
}

/* Is it a client, or a backend, that most of them wait for? */
static bool waits_for_clients(const struct moment *m, const struct waits *w)
{
	size_t clients = 0;

	array_each (&w->sockets, s)
		clients += m->sockets.items[*s].role == ROLE_SERVER;
	return clients * 2 >= w->sockets.count;
}

static void not_served_advise(struct inquiry *q, struct finding *f, const struct waits *w)
{
	if (waits_for_clients(q->moment, w)) {
		finding_now(f, "end the clients that hold its workers", NULL);
		advise_restart(q, f, f->subject, "it will fill up again until its reads have a time limit");
		finding_for_good(f,
		                 "give reading a request a time limit, or put a buffering proxy in front, so that a "
		                 "silent client cannot hold a worker",
		                 NULL);
	} else {
		finding_now(f, "get what its threads wait for going again: then they go on by themselves", NULL);
		finding_for_good(f, "give each call to that service a time limit, shorter than the clients' patience",
		                 NULL);
	}
	finding_more(f, "see what its threads wait for",
	             arena_printf(q->arena, "unfin list 'pid == %u and state != close-wait'",
	                          q->moment->processes.items[f->subject].pid));
	finding_more(f, "what it means", "unfin explain not-served");
}

/* Peers have left without an answer, and nobody got one in all the time that was watched: that is no busy moment. */
static bool nobody_served(struct inquiry *q, const struct suspects *g)
{
	const struct moment *m = q->moment;
	const struct programs *programs = inquiry_programs(q);

	if (!m->window.ms || program_departed(programs, g->process, true)->count)
		return false;
	array_each (&m->sockets, s) {
		const struct holder *h = moment_holder(m, s->first_holder);
		if (h && s->role == ROLE_SERVER && socket_has(s, SOCKET_READ | SOCKET_SENT) &&
		    program_of(programs, h->process) == program_of(programs, g->process))
			return false;
	}
	return true;
}

static bool not_served_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;
	size_t gone = count_gone(m, f);
	struct waits w;

	if (!gone || !served_not(q, g))
		return false;
	waits_find(q, f->subject, &w);
	f->confidence = CONFIDENCE_LIKELY;
	f->severity = nobody_served(q, g) ? SEVERITY_WARNING : SEVERITY_INFO;
	finding_evidence(q, f, "%s accepted, and what %s asked lies unread, for up to %s",
	                 f->count == 1 ? "a connection was"
	                               : arena_printf(q->arena, "%s were", count_text(q, f->count)),
	                 f->count == 1 ? "it" : "they", duration_text(q, longest_unread_ms(m, f)));
	if (gone < f->count)
		finding_evidence(q, f, "%s of the peers have given up and closed, the others still wait",
		                 count_text(q, gone));
	if (f->severity == SEVERITY_WARNING)
		finding_evidence(q, f, "nobody was served during the %s watch", duration_text(q, m->window.ms));
	waits_tell(q, f, &w);
	finding_excludes(q, f, "accept-queue", "every one has a descriptor");
	finding_excludes(q, f, "slow-handler", "nobody has begun with their requests");
	finding_or_else(f, "never-closed", "the program took them and forgot them without reading",
	                longer_watch(q, LONG_WORK_MS));
	finding_waits(f, &w.sockets);
	not_served_advise(q, f, &w);
	waits_free(&w);
	f->eta_why = "it ends when the threads get on";
	budgets_add(q, f);
	return true;
}

const struct rule rule_not_served = {
	.id = "not-served",
	.title = "does not get to the connections it has accepted: its threads wait for others",
	.where = "(state == close-wait or state == established and since_data >= 5s) and recv_q > 1 and pid != - and "
	         "role == server",
	.per = PER_OWNER_END,
	.check = not_served_check,
};
