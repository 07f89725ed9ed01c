/* A listener's queue is full and the kernel turns peers away. The queue is the listener's own: its length, its room,
 * and how many the kernel refused it (sk_drops) while watched. A counter alone is history.
 *
 * sk_drops counts more than refusals: under TCP_DEFER_ACCEPT (Apache's default) the last ACK of every handshake. So it
 * only says at which listener; that anybody was refused is said by the namespace's ListenDrops. */
#include "rule/ground/listeners.h"
#include "queues.h"
#include "throttle.h"
#include "rule/ground/texts.h"

static uint64_t refused(const struct moment *m, const struct socket *s)
{
	const struct netns *n = &m->netns.items[s->netns];

	return n->counters_known ? MIN(n->totals.listen_drops, (uint64_t)s->received_bytes) : s->received_bytes;
}

static bool refused_meanwhile(const struct moment *m, const struct socket *s)
{
	const struct netns *n = &m->netns.items[s->netns];

	return socket_has(s, SOCKET_DROPPED) && n->totals.listen_drops > n->before.listen_drops;
}

static bool is_full(const struct socket *s)
{
	return s->recv_q > s->send_q;
}

/* The namespace's counter is all listeners'. Where another one is full it is that one's, whatever this one has dropped;
 * where none is, the queue may have been full between two looks. */
static bool another_is_full(const struct moment *m, const struct socket *listener)
{
	array_each (&m->sockets, s)
		if (s != listener && s->state == STATE_LISTEN && s->netns == listener->netns && is_full(s))
			return true;
	return false;
}

/* The only one of its namespace that has dropped anything meanwhile: what the namespace counted was this one's. */
static bool alone_dropped(const struct moment *m, const struct socket *listener)
{
	array_each (&m->sockets, s)
		if (s != listener && s->state == STATE_LISTEN && s->netns == listener->netns &&
		    socket_has(s, SOCKET_DROPPED))
			return false;
	return true;
}

static bool is_overflowing(const struct moment *m, const struct socket *s)
{
	if (s->state != STATE_LISTEN)
		return false;
	/* Full now, and it has turned somebody away before: a queue that is just full has hurt nobody yet. */
	if (is_full(s))
		return refused_meanwhile(m, s) || refused(m, s);
	return refused_meanwhile(m, s) && !another_is_full(m, s);
}

static const char *advice_against(const struct socket *listener)
{
	if (is_full(listener))
		return "accept faster, or with more workers; a longer backlog helps against bursts only";
	return "a longer backlog in listen() takes such a burst; if it comes again and again, accept faster, or with "
	       "more workers";
}

static void listen_overflow_tell(struct inquiry *q, const struct rule *rule, uint32_t socket)
{
	const struct moment *m = q->moment;
	const struct socket *s = &m->sockets.items[socket];
	const struct holder *h = moment_holder(m, s->first_holder);
	struct finding *f = finding_new(q, rule->id, rule->title);

	f->netns = s->netns;
	f->queue = socket;
	f->listener = listener_text(q, s);
	f->subject = h ? h->process : PROCESS_NONE;
	if (!h)
		f->subject_why = listener_nobody(s);
	f->confidence = is_full(s) || alone_dropped(m, s) ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY;
	if (!is_full(s))
		f->title = "had a full accept queue while watched: the kernel refused its connections";
	f->count = s->recv_q;
	f->limit_reached = is_full(s);
	f->severity = SEVERITY_WARNING;
	f->yields_advice = true;
	uint64_t room = (uint64_t)s->send_q + 1;
	*array_push(&f->budgets) =
	        (struct budget){ .what = "accept queue", .unit = "places", .used = s->recv_q, .limit = room };
	finding_evidence(q, f, "queue of %s: %s waiting, room for %s; the kernel has refused %s to it%s", f->listener,
	                 count_text(q, s->recv_q), count_text(q, room), connections_text(q, refused(m, s)),
	                 refused_meanwhile(m, s) ? ", some of them while watched" : "");
	bool throttled = h && throttle_tell(q, f, socket, h->process);
	finding_for_good(f, throttled ? THROTTLE_ADVICE : advice_against(s), NULL);
	finding_more(f, "what it means, and the right length", "unfin explain listen-overflow");
}

static void listen_overflow_judge(struct inquiry *q, const struct rule *rule)
{
	const struct moment *m = q->moment;

	for (uint32_t i = 0; i < m->sockets.count; i++)
		if (m->netns.items[m->sockets.items[i].netns].in_scope && is_overflowing(m, &m->sockets.items[i]))
			listen_overflow_tell(q, rule, i);
}

/* A queue that is not emptied runs over: of two findings about one queue the first says why. */
static const struct finding *listen_overflow_cause(struct inquiry *q, const struct finding *overflow)
{
	const struct finding *stopper = queue_stopper(q, overflow->queue);

	if (stopper)
		return stopper;
	array_each (&q->findings, f)
		if (streq(f->id, "accept-queue") && f->queue == overflow->queue)
			return f;
	return NULL;
}

const struct rule rule_listen_overflow = {
	.id = "listen-overflow",
	.title = "has a full accept queue: the kernel refuses its connections",
	.judge = listen_overflow_judge,
	.cause = listen_overflow_cause,
	.explains_no_socket = true,
};
