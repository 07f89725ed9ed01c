/* A process reaches its own limit of open files: accept() and socket() say EMFILE, its queue fills, its loop spins.
 * What fills it, if one finding holds half of them, is the cause; see relate.c. */
#include "rule/ground/ages.h"
#include "rule/ground/reach.h"
#include "rule/rule.h"
#include "rule/ground/budgets.h"
#include <errno.h>

/* By process: a descriptor was refused it while watched. */
static bool was_refused(const struct moment *m, uint32_t process)
{
	array_each (&m->failures, f)
		if (f->process == process && f->error == EMFILE)
			return true;
	return false;
}

static uint64_t sockets_held(const struct moment *m, uint32_t process, struct finding *f)
{
	for (size_t i = 0; i < m->sockets.count; i++)
		moment_each_holder (m, &m->sockets.items[i], h) {
			if (h->process != process)
				continue;
			*array_push(&f->sockets) = (uint32_t)i;
			f->netns = m->sockets.items[i].netns;
			break;
		}
	return f->sockets.count;
}

static void tell_holdings(const struct moment *m, struct judgement *j, struct finding *f)
{
	uint64_t by_state[STATE_COUNT] = { 0 };
	enum tcp_state most = STATE_ESTABLISHED;

	array_each (&f->sockets, s)
		by_state[m->sockets.items[*s].state]++;
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++)
		most = by_state[s] > by_state[most] ? s : most;
	finding_evidence(j, f, "%s of its descriptors are TCP sockets, %s of them in %s",
	                 count_text(j, f->sockets.count), count_text(j, by_state[most]), state_people(most));
}

static void tell_victims(const struct moment *m, struct finding *f)
{
	array_each (&m->failures, failure)
		if (failure->process == f->subject && failure->error == EMFILE)
			finding_victim(f, failure);
}

/* Nearly full, and nothing proves that it grows: a word to who reads on, and no alarm. */
static bool is_nearly_used(const struct limit *l)
{
	return l->used * 100 >= l->limit * NEARLY_PERCENT;
}

static void tell_end(struct judgement *j, struct finding *f, const struct limit *l, bool comes)
{
	if (comes) {
		finding_foretell(f, &l->forecast);
		f->budgets.items[0].own = l->used;
	} else {
		f->eta_why = l->forecast.known ? "no steady growth was seen" : l->forecast.why;
		finding_evidence(j, f, "%s are left", count_text(j, l->limit - l->used));
	}
}

static void tell_limit(const struct moment *m, const struct rule *rule, struct judgement *j, const struct limit *l,
                       bool refused)
{
	bool reached = refused || l->used >= l->limit, comes = reach_is_near(m, &l->forecast);
	struct finding *f = finding_new(j, rule->id,
	                                reached ? "has no descriptor left: accept() and socket() fail with EMFILE"
	                                : comes ? "runs out of descriptors"
	                                        : "has few descriptors left");

	f->subject = l->process;
	f->confidence = reached ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY;
	f->count = sockets_held(m, l->process, f);
	f->thing = "socket";
	finding_limit(j, m, f, l);
	f->limit_reached |= refused;
	if (reached)
		f->budgets.items[0].own = l->used;
	else
		tell_end(j, f, l, comes);
	tell_holdings(m, j, f);
	tell_victims(m, f);
	finding_excludes(j, f, "ports-exhausted", "descriptors end first: a port would be EADDRNOTAVAIL or EADDRINUSE");
	finding_advice(f, "close what is done with; if all of it is in use, allow more",
	               arena_printf(j->arena, "prlimit --pid %u --nofile=%llu", m->processes.items[l->process].pid,
	                            (unsigned long long)l->limit * 2));
	finding_advice(f, "what it means", "unfin explain fd-limit");
}

static void fd_limit_judge(const struct moment *m, const struct rule *rule, struct judgement *j)
{
	struct limits limits;

	limits_descriptors(m, &limits);
	array_each (&limits.rows, l) {
		bool refused = was_refused(m, l->process);
		if (refused || is_nearly_used(l) || reach_is_near(m, &l->forecast))
			tell_limit(m, rule, j, l, refused);
	}
	limits_free(&limits);
}

const struct rule rule_fd_limit = {
	.id = "fd-limit",
	.title = "runs out of descriptors",
	.judge = fd_limit_judge,
};
