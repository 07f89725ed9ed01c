/* Which finding is the cause of which. An effect keeps its own entry and names its root. */
#include "rule/ground/listeners.h"
#include "rule/ground/pairs.h"
#include "rule.h"
#include <math.h>

/* The ports of a namespace are held by sockets, and sockets belong to findings: the finding that holds at least
 * half of the used ports is why they are gone. */
static const struct finding *holder_of_ports(const struct judgement *j, const struct finding *exhausted)
{
	const struct finding *root = NULL;

	if (!exhausted->budgets.count)
		return NULL;
	array_each (&j->findings, f) {
		if (f == exhausted || f->netns != exhausted->netns || !f->peer || f->listener)
			continue;
		if (f->count * 2 >= exhausted->budgets.items[0].used && (!root || f->count > root->count))
			root = f;
	}
	return root;
}

static bool concerns(const struct finding *f, uint32_t process)
{
	if (f->subject == process)
		return true;
	array_each (&f->others, other)
		if (*other == process)
			return true;
	return false;
}

/* Nobody accepts because the process that should does not run, or has no descriptor left for it. */
static const struct finding *stopper_of_queue(const struct moment *m, const struct judgement *j,
                                              const struct finding *f)
{
	static const char *const roots[] = { "hung-owner", "fd-limit" };

	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		array_each (&j->findings, root) {
			bool stops = streq(root->id, "hung-owner") || root->limit_reached;
			if (!streq(root->id, roots[i]) || !stops)
				continue;
			moment_each_holder (m, &m->sockets.items[f->queue], h)
				if (concerns(root, h->process))
					return root;
		}
	}
	return NULL;
}

/* A queue that is not emptied runs over: of two findings about one queue the first says why. */
static const struct finding *dead_queue_of(const struct judgement *j, const struct finding *overflow)
{
	array_each (&j->findings, f)
		if (streq(f->id, "accept-queue") && f->queue == overflow->queue)
			return f;
	return NULL;
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
static bool takes_descriptor_of(const struct moment *m, struct judgement *j, uint32_t socket, uint32_t process)
{
	moment_each_holder (m, &m->sockets.items[socket], h)
		if (h->process == process)
			return true;
	return pair_process(j, m, socket) == process;
}

/* Where descriptors ran out: the finding whose connections are at least half of them. */
static const struct finding *holder_of_descriptors(const struct moment *m, struct judgement *j,
                                                   const struct finding *limit)
{
	const struct finding *root = NULL;

	if (limit->subject == PROCESS_NONE)
		return NULL;
	array_each (&j->findings, f) {
		uint64_t held = 0, came = 0;
		if (streq(f->id, "fd-limit") || streq(f->id, "ports-exhausted"))
			continue;
		array_each (&f->sockets, at) {
			bool mine = takes_descriptor_of(m, j, *at, limit->subject);
			held += mine;
			came += mine && socket_has(&m->sockets.items[*at], SOCKET_NEW);
		}
		bool most = held * 2 >= m->processes.items[limit->subject].fd_used;
		if ((most || takes_descriptors(m, limit, held, came)) && (!root || f->count > root->count))
			root = f;
	}
	return root;
}

/* A leaked connection that sits on the number: its finding is the cause, whatever else sits there. */
static const struct finding *owner_of_seat(const struct judgement *j, const struct finding *taken)
{
	array_each (&j->findings, f) {
		if (f == taken || streq(f->id, "port-taken") || streq(f->id, "ports-exhausted"))
			continue;
		array_each (&f->sockets, s)
			if (taken->sockets.count && *s == taken->sockets.items[0])
				return f;
	}
	return NULL;
}

/* Others that suffer come before the root's own failures: who leaks and who is woken for it. */
static void victims_sort(struct finding *f, const struct finding *root)
{
	size_t others = 0;

	for (size_t i = 0; i < f->victims.count; i++) {
		struct victim v = f->victims.items[i];
		if (v.process == root->subject)
			continue;
		memmove(&f->victims.items[others + 1], &f->victims.items[others], (i - others) * sizeof(v));
		f->victims.items[others++] = v;
	}
}

/* Ports that get fewer because clients come to a queue that nobody empties: at least half of those that came. */
static const struct finding *queue_of_newcomers(const struct moment *m, struct judgement *j, const struct finding *f)
{
	array_each (&j->findings, root) {
		size_t came = 0, queued = 0;
		if (root->queue == SOCKET_NONE)
			continue;
		array_each (&f->sockets, at) {
			const struct socket *s = &m->sockets.items[*at];
			if (s->role != ROLE_CLIENT || !socket_has(s, SOCKET_NEW))
				continue;
			came++;
			queued += listener_at(j, m, s->netns, &s->peer) == root->queue;
		}
		if (came && queued * 2 >= came)
			return root;
	}
	return NULL;
}

/* A budget of NAT's is one destination's, and is shared by namespaces: it names its peer (translated_ports.h). */
static bool is_translated(const struct finding *f)
{
	return streq(f->id, "ports-exhausted") && f->peer;
}

/* Who behind the NAT holds at least half of the connections to that destination. */
static const struct finding *holder_of_translated(const struct judgement *j, const struct finding *exhausted)
{
	array_each (&j->findings, f)
		if (f != exhausted && f->peer && !f->listener && !streq(f->id, "peer-unreachable") &&
		    streq(f->peer, exhausted->peer) && f->count * 2 >= exhausted->count)
			return f;
	return NULL;
}

/* What waits for an answer from there has not got out of the NAT. */
static const struct finding *nat_towards(const struct judgement *j, const struct finding *unreachable)
{
	array_each (&j->findings, f)
		if (is_translated(f) && unreachable->peer && streq(f->peer, unreachable->peer))
			return f;
	return NULL;
}

static void relate_ports(const struct moment *m, struct judgement *j, struct finding *f)
{
	const struct finding *root = is_translated(f) ? holder_of_translated(j, f)
	                                              : holder_of_ports(j, f) ?: queue_of_newcomers(m, j, f);

	if (!root)
		return;
	f->caused_by = root->key;
	victims_sort(f, root);
	f->subject = PROCESS_NONE;
	f->subject_why = "see its cause";
}

static const struct finding *by_key(const struct judgement *j, const char *key)
{
	array_each (&j->findings, f)
		if (streq(f->key, key))
			return f;
	return NULL;
}

/* The queue is full for want of descriptors, and these went into a leak: all three are the leak's effects. */
static void climb(struct judgement *j)
{
	array_each (&j->findings, f) {
		const struct finding *root = f->caused_by ? by_key(j, f->caused_by) : NULL;
		for (size_t steps = 0; root && root->caused_by && steps < j->findings.count; steps++)
			root = by_key(j, root->caused_by);
		if (root && root != f)
			f->caused_by = root->key;
	}
}

void judgement_relate(const struct moment *m, struct judgement *j)
{
	array_each (&j->findings, f) {
		const struct finding *root = NULL;
		if (streq(f->id, "ports-exhausted"))
			relate_ports(m, j, f);
		else if (streq(f->id, "peer-unreachable"))
			root = nat_towards(j, f);
		else if (streq(f->id, "port-taken"))
			root = owner_of_seat(j, f);
		else if (streq(f->id, "fd-limit"))
			root = holder_of_descriptors(m, j, f);
		else if (f->queue != SOCKET_NONE)
			root = stopper_of_queue(m, j, f);
		if (!root && streq(f->id, "listen-overflow"))
			root = dead_queue_of(j, f);
		if (root)
			f->caused_by = root->key;
	}
	climb(j);
}
