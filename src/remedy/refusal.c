#include "refusal.h"
#include "selftest.h"

struct question {
	const struct moment *m;
	const struct socket *s;
	const struct finding *f; /* NULL: it is in none */
	const struct plan_request *request;
	const tie_list *own;
};

static const char *refuse_kind(const struct question *q)
{
	const struct socket *s = q->s;

	if (s->state == STATE_LISTEN)
		return "a listener: never destroyed";
	if (s->state == STATE_CLOSE)
		return "dead or unconnected already: only the close of its descriptor gives something back";
	if (s->state == STATE_SYN_RECV || s->unowned == UNOWNED_REQUEST)
		return "half a handshake: it ends by itself";
	if (!s->cookie)
		return "the kernel has given it no cookie, so it cannot be told from another one";
	if (socket_has(s, SOCKET_MPTCP | SOCKET_SUBFLOW))
		return "a part of a Multipath TCP connection: not destroyed from outside";
	if (s->unowned == UNOWNED_KERNEL)
		return "the kernel's own (NFS, iSCSI, ...)";
	return NULL;
}

static bool is_ancestor(const struct reclaimer *by, uint32_t pid)
{
	array_each (&by->ancestors, ancestor)
		if (*ancestor == pid)
			return true;
	return false;
}

static bool is_held_by_ancestor(const struct moment *m, const struct reclaimer *by, const struct socket *s)
{
	moment_each_holder (m, s, h)
		if (is_ancestor(by, m->processes.items[h->process].pid))
			return true;
	return false;
}

void refusals_begin(struct refusals *r, const struct moment *m, const struct plan_request *request)
{
	*r = (struct refusals){ .m = m, .request = request };
	array_each (&request->by->sessions, tie)
		*array_push(&r->own) = *tie;
	array_each (&m->sockets, s)
		if (s->peer.port && is_held_by_ancestor(m, request->by, s))
			*array_push(&r->own) = (struct tie){ s->local, s->peer };
}

void refusals_end(struct refusals *r)
{
	array_free(&r->own);
}

/* Either end of it: to reset the one is to end the other. */
static bool is_of_own_connection(const struct question *q)
{
	const struct socket *s = q->s;

	array_each (q->own, tie)
		if ((endpoint_same(&s->local, &tie->here) && endpoint_same(&s->peer, &tie->there)) ||
		    (endpoint_same(&s->local, &tie->there) && endpoint_same(&s->peer, &tie->here)))
			return true;
	return false;
}

static const char *refuse_operator(const struct question *q)
{
	if (is_held_by_ancestor(q->m, q->request->by, q->s) || is_of_own_connection(q))
		return "your own connection: a process that this command was started from holds it";
	return NULL;
}

static bool is_unfin(const struct reclaimer *by, const struct process *p)
{
	return p->pid == by->pid || streq(p->comm, "unfin") || starts_with(p->comm, "unfin-");
}

static const char *refuse_owner(const struct question *q)
{
	const struct reclaimer *by = q->request->by;
	bool foreign = q->s->uid != by->uid;

	moment_each_holder (q->m, q->s, h) {
		const struct process *p = &q->m->processes.items[h->process];
		if (is_unfin(by, p))
			return "unfin's own";
		foreign |= p->uid != by->uid;
	}
	if (!by->may_all && (foreign || q->s->first_holder == HOLDER_NONE))
		return "another user's: only root may destroy it";
	return NULL;
}

static const char *refuse_progress(const struct question *q)
{
	if (socket_has(q->s, SOCKET_SENT | SOCKET_RECEIVED | SOCKET_READ))
		return "in use: its data moved while it was watched";
	return NULL;
}

unsigned refusal_needs_proof(const struct socket *s)
{
	if (s->state == STATE_TIME_WAIT || s->timer == TIMER_TIME_WAIT)
		return SELFTEST_TIME_WAIT;
	if (s->unowned == UNOWNED_ORPHAN)
		return SELFTEST_ORPHAN;
	return s->state == STATE_FIN_WAIT2 ? SELFTEST_FIN_WAIT2 : SELFTEST_CLOSE_WAIT;
}

static const char *refuse_unproved(const struct question *q)
{
	unsigned needs = refusal_needs_proof(q->s);

	if (!(q->request->proved & SELFTEST_SPARES))
		return "nothing here destroys sockets and passes the self-test: unfin doctor tells what is missing";
	if (q->request->proved & needs)
		return NULL;
	return needs == SELFTEST_ORPHAN ? "an orphan, and this kernel does not let go of one (it failed the self-test)"
	                                : "of a kind that this kernel does not destroy (it failed the self-test)";
}

static const char *refuse_state(const struct question *q)
{
	if (q->s->state == STATE_CLOSE_WAIT || q->request->states[q->s->state])
		return NULL;
	return "not in CLOSE-WAIT: other states must be named with --state, and take a --force REASON";
}

static const char *refuse_age(const struct question *q)
{
	struct age age = socket_age(q->s);

	if (age.min_ms >= q->request->min_age_ms)
		return NULL;
	return age.basis == AGE_UNKNOWN ? "its age cannot be proved: takes --min-age 0s"
	                                : "younger than --min-age (60s, unless another is given)";
}

static const char *refuse_hidden(const struct question *q)
{
	bool hidden = q->s->unowned == UNOWNED_HIDDEN || q->s->unowned == UNOWNED_UNKNOWN ||
	              q->s->unowned == UNOWNED_IN_FLIGHT || q->s->unowned == UNOWNED_IO_URING;

	return hidden && !q->request->force ? "who holds it cannot be seen: takes a --force REASON" : NULL;
}

/* In CLOSE_WAIT the FIN counts as one byte that is unread. */
static const char *refuse_data(const struct question *q)
{
	uint32_t fin = q->s->state == STATE_CLOSE_WAIT && socket_has(q->s, SOCKET_EOF_UNREAD);

	if (q->request->force || q->s->state == STATE_TIME_WAIT)
		return NULL;
	if (q->s->recv_q > fin)
		return "data of the peer's is unread: takes a --force REASON";
	return q->s->send_q ? "data is not sent or not acknowledged yet: takes a --force REASON" : NULL;
}

bool refusal_is_cause(const struct finding *f)
{
	static const char *const causes[] = { "never-closed", "hung-owner", "inherited-fd" };

	for (size_t i = 0; i < ARRAY_SIZE(causes); i++)
		if (streq(f->id, causes[i]))
			return f->confidence >= CONFIDENCE_LIKELY;
	return false;
}

static const char *refuse_cause(const struct question *q)
{
	if (q->request->force || (q->f && refusal_is_cause(q->f)))
		return NULL;
	return q->f ? "no finding is sure that its program will not close it: takes a --force REASON"
	            : "no finding is about it: takes a --force REASON";
}

const char *refusal_of(const struct refusals *r, const struct socket *s, const struct finding *f)
{
	static const char *(*const refuse[])(const struct question *q) = {
		refuse_kind,  refuse_operator, refuse_owner,  refuse_progress, refuse_unproved,
		refuse_state, refuse_age,      refuse_hidden, refuse_data,     refuse_cause,
	};
	const struct question q = { r->m, s, f, r->request, &r->own };
	const char *why = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(refuse) && !why; i++)
		why = refuse[i](&q);
	return why;
}
