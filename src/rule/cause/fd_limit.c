/* A process reaches its own limit of open files: accept() and socket() say EMFILE, its queue fills, its loop spins.
 * What fills it, if one finding holds half of them, is the cause; see fd_limit_cause. */
#include "rule/ground/texts.h"
#include "rule/ground/reach.h"
#include "rule/rule.h"
#include "rule/ground/budgets.h"
#include "rule/ground/pairs.h"
#include "fd_contents.h"
#include <math.h>
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

static void tell_victims(struct inquiry *q, struct finding *f)
{
	array_each (&q->moment->failures, failure)
		if (failure->process == f->subject && failure->error == EMFILE)
			finding_victim(q, f, failure);
}

/* A sandbox lowers its own limit after it has opened all it needs (sshd's child before the login has 7 of 1): it wants
 * no more. Only a call that fails shows that one does. */
static bool is_sandbox(const struct limit *l)
{
	return l->used > l->limit;
}

/* Nearly full, and nothing proves that it grows: a word to who reads on, and no alarm. */
static bool is_nearly_used(const struct limit *l)
{
	return l->used * 100 >= l->limit * NEARLY_PERCENT;
}

static void tell_end(struct inquiry *q, struct finding *f, const struct limit *l, bool comes)
{
	if (comes) {
		finding_foretell(f, &l->forecast);
		f->budgets.items[0].own = l->used;
	} else {
		f->eta_why = l->forecast.known ? "no steady growth was seen" : l->forecast.why;
		finding_evidence(q, f, "%s are left", count_text(q, l->limit - l->used));
	}
}

/* More room is no help where what fills it is of no use to anybody. */
static void fd_limit_advise(struct inquiry *q, struct finding *f, const struct limit *l, const struct fd_contents *c)
{
	if (c->never_connected * 2 >= l->used)
		finding_for_good(f, "close the socket when connect() fails: each attempt leaves one open", NULL);
	else if ((c->dead + c->never_connected) * 2 >= l->used)
		finding_for_good(f, "close the sockets whose connection is over: a higher limit would only fill up too",
		                 NULL);
	else {
		finding_now(f, "allow more",
		            arena_printf(q->arena, "prlimit --pid %u --nofile=%llu",
		                         q->moment->processes.items[l->process].pid, (unsigned long long)l->limit * 2));
		finding_for_good(f,
		                 "close what is no longer needed; if all of it is in use, raise the limit where "
		                 "the program is started (LimitNOFILE=, ulimit -n)",
		                 NULL);
	}
	finding_more(f, "what it means", "unfin explain fd-limit");
}

static void tell_limit(struct inquiry *q, const struct rule *rule, const struct limit *l, bool refused)
{
	const struct moment *m = q->moment;
	bool reached = refused || l->used >= l->limit, comes = reach_is_near(m, &l->forecast);
	struct finding *f = finding_new(q, rule->id,
	                                refused   ? "has no descriptor left: accept() and socket() fail with EMFILE"
	                                : reached ? "has no descriptor left: what opens one more fails with EMFILE"
	                                : comes   ? "runs out of descriptors"
	                                          : "has few descriptors left");

	f->subject = l->process;
	f->confidence = refused ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY;
	f->count = sockets_held(m, l->process, f);
	f->thing = "socket";
	finding_limit(q, f, l);
	f->limit_reached |= refused;
	if (reached)
		f->budgets.items[0].own = l->used;
	else
		tell_end(q, f, l, comes);
	struct fd_contents contents = fd_contents_of(m, &f->sockets);
	fd_contents_tell(q, f, &contents, l->used);
	tell_victims(q, f);
	finding_excludes(q, f, "ports-exhausted", "running out of ports gives EADDRNOTAVAIL or EADDRINUSE, not EMFILE");
	fd_limit_advise(q, f, l, &contents);
}

static void fd_limit_judge(struct inquiry *q, const struct rule *rule)
{
	const struct moment *m = q->moment;
	struct limits limits;

	limits_descriptors(m, &limits);
	array_each (&limits.rows, l) {
		bool refused = was_refused(m, l->process);
		if (!refused && is_sandbox(l))
			continue;
		if (refused || is_nearly_used(l) || reach_is_near(m, &l->forecast))
			tell_limit(q, rule, l, refused);
	}
	limits_free(&limits);
}

/* Of a process whose descriptors will end: is it these connections that they go into? One may bring more than its own
 * (a handle of libcurl has a pair to be woken by): then as many came with each as each has. */
static bool takes_descriptors(const struct moment *m, const struct finding *limit, uint64_t held, uint64_t came)
{
	const struct process *p = &m->processes.items[limit->subject];

	if (!limit->foreseen || !came || !p->fd_used_before || p->fd_used <= p->fd_used_before)
		return false;
	double each = (double)(p->fd_used - p->fd_used_before) / (double)came;
	double has = (double)p->fd_used / (double)held;
	return each <= 2 || fabs(each - has) * 4 <= has;
}

/* A connection takes a descriptor at both ends: what one program leaves standing may fill the other's table. */
static bool takes_descriptor_of(struct inquiry *q, uint32_t socket, uint32_t process)
{
	const struct moment *m = q->moment;

	moment_each_holder (m, &m->sockets.items[socket], h)
		if (h->process == process)
			return true;
	return pair_process(q, socket) == process;
}

/* The finding whose connections are at least half of the descriptors, or what they grow by. */
static const struct finding *fd_limit_cause(struct inquiry *q, const struct finding *limit)
{
	const struct moment *m = q->moment;
	const struct finding *root = NULL;

	if (limit->subject == PROCESS_NONE)
		return NULL;
	array_each (&q->findings, f) {
		uint64_t held = 0, came = 0;
		if (rule_of(f)->explains_no_socket)
			continue;
		array_each (&f->sockets, at) {
			bool mine = takes_descriptor_of(q, *at, limit->subject);
			held += mine;
			came += mine && socket_has(&m->sockets.items[*at], SOCKET_NEW);
		}
		bool most = held * 2 >= m->processes.items[limit->subject].fd_used;
		if ((most || takes_descriptors(m, limit, held, came)) && (!root || f->count > root->count))
			root = f;
	}
	return root;
}

const struct rule rule_fd_limit = {
	.id = "fd-limit",
	.title = "runs out of descriptors",
	.judge = fd_limit_judge,
	.cause = fd_limit_cause,
	.explains_no_socket = true,
};
