/* The peer does not read: it offers no window, and our data, or our FIN behind it, stays in the queue. The kernel
 * probes such a window for ever. A reader that is slow opens it now and then: each time data goes out, and the probes
 * begin anew. So what counts is how long nothing could be sent. */
#include "rule/ground/texts.h"
#include "rule/ground/time_limits.h"
#include "base/format.h"
#include "rule/ground/budgets.h"
#include "rule/rule.h"

enum {
	TRANSIT_MS = 2000,
	LONG_MS = 20000, /* no window for so long, and one look is enough to say it is likely */
	PROBES = 4,      /* unanswered by a window: they come at 0.2, 0.6, 1.4, 3 … s */
};

struct stall {
	uint64_t longest_ms, queued_bytes, closed;
	unsigned probes;
};

static bool gets_nowhere(struct inquiry *q, const struct socket *s, void *with)
{
	struct stall *stall = with;

	if (socket_has(s, SOCKET_SENT | SOCKET_NEW) || s->since_sent_ms < TRANSIT_MS)
		return false;
	stall->longest_ms = MAX(stall->longest_ms, s->since_sent_ms);
	stall->probes = MAX(stall->probes, s->backoff);
	stall->queued_bytes += s->send_q;
	stall->closed += s->first_holder == HOLDER_NONE;
	return true;
}

static bool is_likely(const struct moment *m, const struct stall *stall)
{
	if (stall->longest_ms >= LONG_MS && stall->probes >= PROBES)
		return true;
	return m->window.ms >= WATCHED_MS || (m->window.ms && stall->longest_ms >= STILL_TIMES * m->window.ms);
}

static void peer_stalled_tell(struct inquiry *q, struct finding *f, const struct stall *stall)
{
	const struct moment *m = q->moment;
	TEXT_CLEANUP bytes = { 0 };

	format_bytes(&bytes, stall->queued_bytes);
	finding_evidence(q, f, "%s wait to be sent; the peers offer no window, up to %s now (%u probes)", bytes.bytes,
	                 duration_text(q, stall->longest_ms), stall->probes);
	if (m->window.ms)
		finding_evidence(q, f, "they took not a byte in the %s watched", duration_text(q, m->window.ms));
	if (stall->closed)
		finding_evidence(q, f,
		                 "%s were closed by the program already: the kernel keeps them for what is queued",
		                 count_text(q, stall->closed));
	finding_excludes(q, f, "peer-unreachable", "the peers answer the probes: they are there");
	if (f->confidence == CONFIDENCE_POSSIBLE)
		finding_or_else(f, NULL, "a peer that reads slowly, but reads", "unfin check --window 10s");
}

static bool peer_stalled_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;
	struct stall stall = { 0 };

	finding_keep(q, f, gets_nowhere, &stall);
	if (!f->count)
		return false;
	f->confidence = is_likely(m, &stall) ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
	peer_stalled_tell(q, f, &stall);
	finding_for_good(
	        f, "limit how long the program waits for a peer that does not read (TCP_USER_TIMEOUT, a write timeout)",
	        NULL);
	finding_more(f, "what it means", "unfin explain peer-stalled");
	budgets_add(q, f);
	return true;
}

const struct rule rule_peer_stalled = {
	.id = "peer-stalled",
	.title = "waits for peers that do not read what it sent",
	.where = "timer == probe and zero_window and send_q > 0 and state != syn_sent",
	.per = PER_OWNER_END,
	.check = peer_stalled_check,
};
