/* The peer is gone, and nothing will ever tell: no keepalive, nothing to send. From one end this cannot be seen. It is
 * said only where the other end would be in view and is not there, or where data of ours has been sent again and again
 * without an answer. */
#include "rule/ground/texts.h"
#include "rule/ground/budgets.h"
#include "rule/ground/listeners.h"
#include "rule/ground/pairs.h"
#include "rule/rule.h"

enum {
	BACKOFF = 5,       /* 0.2 s doubled five times: more than 12 s without an answer */
	TRANSIT_MS = 3000, /* one end is seen a moment after the other, and may have gone between */
	SEVERAL = 3,       /* so many do not all go in that moment */
};

static bool retransmits(const struct socket *s)
{
	return s->timer == TIMER_RETRANSMIT && s->backoff >= BACKOFF && s->send_q;
}

/* A client that the kernel of a full listener left alone: that is the listener's fault (listen-overflow). */
static bool waits_for_listener(struct inquiry *q, const struct socket *s)
{
	const struct moment *m = q->moment;
	uint32_t listener = listener_at(q, s->netns, &s->peer);

	return listener != SOCKET_NONE && m->sockets.items[listener].recv_q > m->sockets.items[listener].send_q;
}

static bool half_open_suspect(struct inquiry *q, uint32_t socket)
{
	const struct moment *m = q->moment;
	const struct socket *s = &m->sockets.items[socket];

	if (!retransmits(s) && !(pair_is_missing(q, socket) && MIN(s->since_ack_ms, s->since_data_ms) >= TRANSIT_MS))
		return false;
	return !waits_for_listener(q, s);
}

struct silence {
	uint64_t unanswered, missing, keepalive;
	unsigned backoff;
};

static struct silence silence_of(struct inquiry *q, const struct finding *f)
{
	const struct moment *m = q->moment;
	struct silence silence = { 0 };

	array_each (&f->sockets, at) {
		const struct socket *s = &m->sockets.items[*at];
		silence.unanswered += retransmits(s);
		silence.backoff = MAX(silence.backoff, retransmits(s) ? s->backoff : 0U);
		silence.missing += pair_is_missing(q, *at);
		silence.keepalive += socket_has(s, SOCKET_KEEPALIVE);
	}
	return silence;
}

static void half_open_tell(struct inquiry *q, struct finding *f, const struct silence *silence)
{
	if (silence->missing)
		finding_evidence(q, f,
		                 "the other ends of %s would be on this host, and are not there: all sockets of their "
		                 "namespace were seen",
		                 count_text(q, silence->missing));
	if (silence->unanswered)
		finding_evidence(q, f, "on %s, data was sent again and again (%u times and more) without an answer",
		                 count_text(q, silence->unanswered), silence->backoff);
	if (!silence->keepalive)
		finding_evidence(q, f, "SO_KEEPALIVE is off on all: without traffic nothing will ever notice");
	else
		finding_evidence(q, f, "SO_KEEPALIVE is on for %s of %s: those will notice eventually",
		                 count_text(q, silence->keepalive), count_text(q, f->count));
}

static bool half_open_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;
	struct silence silence = silence_of(q, f);

	f->confidence =
	        silence.unanswered || m->window.ms || f->count >= SEVERAL ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
	half_open_tell(q, f, &silence);
	if (f->confidence == CONFIDENCE_POSSIBLE)
		finding_or_else(f, NULL, "it went while we looked", "unfin check --window 10s");
	else
		finding_or_else(f, "peer-unreachable", "the peer is there, but the way to it is not", "ping the peer");
	finding_for_good(f,
	                 "set SO_KEEPALIVE with TCP_KEEPIDLE of a minute or so, or TCP_USER_TIMEOUT, where the program "
	                 "opens them",
	                 NULL);
	finding_more(f, "what it means", "unfin explain half-open");
	budgets_add(q, f);
	return true;
}

const struct rule rule_half_open = {
	.id = "half-open",
	.title = "holds connections whose peers are gone",
	.where = "state == established and pid != -",
	.suspect = half_open_suspect,
	.per = PER_OWNER_END,
	.check = half_open_check,
};
