/* The owner does not read. The peer's data fills our buffer and closes the window, and the peer's FIN waits behind its
 * data: so our side stays ESTABLISHED and looks well. A slow reader looks the same at any one moment; it is told by
 * what it reads while watched, and by data that still comes in. */
#include "rule/ground/texts.h"
#include "rule/ground/time_limits.h"
#include "base/format.h"
#include "rule/ground/budgets.h"
#include "rule/ground/pairs.h"
#include "rule/rule.h"

enum {
	TRANSIT_MS = 2000, /* a busy reader may be late */
	LONG_MS = 30000,   /* nothing came for so long, and one look is enough to say it is likely */
};

struct stall {
	uint64_t longest_ms, unread_bytes;
};

static bool does_not_read(struct inquiry *q, const struct socket *s, void *with)
{
	struct stall *stall = with;

	if (socket_has(s, SOCKET_READ) || s->since_data_ms < TRANSIT_MS)
		return false;
	stall->longest_ms = MAX(stall->longest_ms, s->since_data_ms);
	stall->unread_bytes += s->recv_q;
	return true;
}

/* Peers in view whose FIN waits behind the data. */
static uint64_t count_finished(struct inquiry *q, const struct finding *f)
{
	const struct moment *m = q->moment;
	uint64_t count = 0;

	array_each (&f->sockets, s) {
		uint32_t other = pair_of(q, *s);
		count += other != SOCKET_NONE && m->sockets.items[other].state == STATE_FIN_WAIT1;
	}
	return count;
}

/* A reader that keeps to a rate may rest for half a minute after a burst; one whose peers have finished keeps them
 * waiting. */
static bool is_likely(const struct moment *m, const struct finding *f, const struct stall *stall, uint64_t finished)
{
	if (stall->longest_ms >= LONG_MS)
		return true;
	return m->window.ms && finished * 2 >= f->count &&
	       (m->window.ms >= WATCHED_MS || stall->longest_ms >= STILL_TIMES * m->window.ms);
}

static void unread_data_tell(struct inquiry *q, struct finding *f, const struct stall *stall, uint64_t finished)
{
	const struct moment *m = q->moment;
	TEXT_CLEANUP bytes = { 0 };

	format_bytes(&bytes, stall->unread_bytes);
	finding_evidence(q, f, "%s are unread and fill the receive buffers; the last data came up to %s ago",
	                 bytes.bytes, duration_text(q, stall->longest_ms));
	if (m->window.ms)
		finding_evidence(q, f, "not a byte was read in the %s watched", duration_text(q, m->window.ms));
	if (finished)
		finding_evidence(q, f, "%s of the peers have finished: their FIN waits behind the data (FIN-WAIT-1)",
		                 count_text(q, finished));
	finding_excludes(q, f, "never-closed",
	                 "the FIN could not arrive yet: there is no room for what comes before it");
	finding_excludes(q, f, "peer-stalled", "it is our buffer that is full");
	if (f->confidence == CONFIDENCE_POSSIBLE)
		finding_or_else(f, NULL, "a reader that is slow, but reads", "unfin check --window 60s");
}

static bool unread_data_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;
	struct stall stall = { 0 };

	finding_keep(q, f, does_not_read, &stall);
	if (!f->count)
		return false;
	uint64_t finished = count_finished(q, f);
	f->confidence = is_likely(m, f, &stall, finished) ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
	unread_data_tell(q, f, &stall, finished);
	finding_for_good(f, "read to the end, or close as soon as no more is needed, where the program opens them",
	                 NULL);
	finding_more(f, "what it means", "unfin explain unread-data");
	budgets_add(q, f);
	return true;
}

const struct rule rule_unread_data = {
	.id = "unread-data",
	.title = "does not read: the data fills the buffers, and the end behind it cannot arrive",
	.where = "(state == established or state == fin_wait1 or state == fin_wait2) and recv_full and pid != -",
	.per = PER_OWNER_END,
	.check = unread_data_check,
};
