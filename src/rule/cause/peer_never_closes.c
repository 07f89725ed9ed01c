/* We have finished and said so, the peer acknowledged it and does not say the same: FIN_WAIT2. Where the program still
 * holds the socket it waits for ever; where it has closed it, the kernel drops the rest after tcp_fin_timeout. Only for
 * peers out of view: one in view has a finding of its own (its CLOSE_WAIT). Answers that still come are no fault. */
#include "rule/ground/ages.h"
#include "rule/ground/budgets.h"
#include "rule/ground/pairs.h"
#include "rule/rule.h"

enum {
	TRANSIT_MS = 5000,
	LONG_MS = 30000, /* not a word for so long, and one look is enough to say it is likely */
	WATCHED_MS = 5000,
	TIMES = 3,
};

struct silence {
	uint64_t longest_ms, closed;
};

static bool is_silent(struct inquiry *q, const struct socket *s, void *with)
{
	const struct moment *m = q->moment;
	struct silence *silence = with;

	if (socket_has(s, SOCKET_RECEIVED | SOCKET_READ) || s->since_ack_ms < TRANSIT_MS ||
	    pair_of(q, (uint32_t)(s - m->sockets.items)) != SOCKET_NONE)
		return false;
	silence->longest_ms = MAX(silence->longest_ms, s->since_ack_ms);
	silence->closed += s->first_holder == HOLDER_NONE;
	return true;
}

static void tell(struct inquiry *q, struct finding *f, const struct silence *silence)
{
	const struct moment *m = q->moment;

	finding_evidence(q, f, "our FIN was acknowledged, and not a word came since, up to %s now",
	                 duration_text(q, silence->longest_ms));
	if (m->window.ms)
		finding_evidence(q, f, "neither data nor a FIN came in the %s watched", duration_text(q, m->window.ms));
	if (silence->closed < f->count)
		finding_evidence(q, f, "%s are still held by the program, which waits for the end without a limit",
		                 count_text(q, f->count - silence->closed));
	if (silence->closed)
		finding_evidence(q, f, "%s are closed: the kernel drops them after tcp_fin_timeout",
		                 count_text(q, silence->closed));
	finding_excludes(q, f, "peer-unreachable", "the peer acknowledged our FIN: it is there");
	finding_or_else(f, "half-closed", "the peer still works on its answer", "unfin check --window 60s");
}

static bool peer_never_closes_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;
	struct silence silence = { 0 };

	finding_keep(q, f, is_silent, &silence);
	if (!f->count)
		return false;
	bool likely = silence.longest_ms >= LONG_MS || m->window.ms >= WATCHED_MS ||
	              (m->window.ms && silence.longest_ms >= TIMES * m->window.ms);
	f->confidence = likely ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
	if (f->subject == PROCESS_NONE)
		f->subject_why = "its program has closed them, the kernel waits for the peer";
	tell(q, f, &silence);
	finding_advice(f, "mend the peer; and let our program wait for it with a limit, then close", NULL);
	finding_advice(f, "what it means", "unfin explain peer-never-closes");
	budgets_add(q, f);
	return true;
}

const struct rule rule_peer_never_closes = {
	.id = "peer-never-closes",
	.title = "has finished, and its peers do not answer with their end",
	.where = "state == fin_wait2 and since_ack >= 5s",
	.per = PER_OWNER_END,
	.check = peer_never_closes_check,
};
