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
	struct judgement *j;
	uint64_t longest_ms, closed;
};

static bool is_silent(const struct moment *m, const struct socket *s, void *with)
{
	struct silence *silence = with;

	if (socket_has(s, SOCKET_RECEIVED | SOCKET_READ) || s->since_ack_ms < TRANSIT_MS ||
	    pair_of(silence->j, m, (uint32_t)(s - m->sockets.items)) != SOCKET_NONE)
		return false;
	silence->longest_ms = MAX(silence->longest_ms, s->since_ack_ms);
	silence->closed += s->first_holder == HOLDER_NONE;
	return true;
}

static void tell(const struct moment *m, struct judgement *j, struct finding *f, const struct silence *silence)
{
	finding_evidence(j, f, "our FIN was acknowledged, and not a word came since, up to %s now",
	                 duration_text(j, silence->longest_ms));
	if (m->window.ms)
		finding_evidence(j, f, "neither data nor a FIN came in the %s watched", duration_text(j, m->window.ms));
	if (silence->closed < f->count)
		finding_evidence(j, f, "%s are still held by the program, which waits for the end without a limit",
		                 count_text(j, f->count - silence->closed));
	if (silence->closed)
		finding_evidence(j, f, "%s are closed: the kernel drops them after tcp_fin_timeout",
		                 count_text(j, silence->closed));
	finding_excludes(j, f, "peer-unreachable", "the peer acknowledged our FIN: it is there");
	finding_or_else(f, "half-closed", "the peer still works on its answer", "unfin check --window 60s");
}

static bool peer_never_closes_check(const struct moment *m, const struct suspects *g, struct judgement *j,
                                    struct finding *f)
{
	struct silence silence = { .j = j };

	finding_keep(m, f, is_silent, &silence);
	if (!f->count)
		return false;
	bool likely = silence.longest_ms >= LONG_MS || m->window.ms >= WATCHED_MS ||
	              (m->window.ms && silence.longest_ms >= TIMES * m->window.ms);
	f->confidence = likely ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
	if (f->subject == PROCESS_NONE)
		f->subject_why = "its program has closed them, the kernel waits for the peer";
	tell(m, j, f, &silence);
	finding_advice(f, "mend the peer; and let our program wait for it with a limit, then close", NULL);
	finding_advice(f, "what it means", "unfin explain peer-never-closes");
	budgets_add(m, j, f);
	return true;
}

const struct rule rule_peer_never_closes = {
	.id = "peer-never-closes",
	.title = "has finished, and its peers do not answer with their end",
	.where = "state == fin_wait2 and since_ack >= 5s",
	.per = PER_OWNER_END,
	.check = peer_never_closes_check,
};
