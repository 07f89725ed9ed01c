/* We have finished and said so, the peer acknowledged it and does not say the same: FIN_WAIT2. Where the program still
 * holds the socket it waits as long as the program does, which may have a limit of its own: its closes in that state
 * tell. Where it has closed it, the kernel drops the rest after tcp_fin_timeout; both are one fault of one peer. Only
 * for peers out of view: one in view has a finding of its own (its CLOSE_WAIT). Answers that still come are no fault.
 */
#include "rule/ground/texts.h"
#include "rule/ground/time_limits.h"
#include "rule/ground/budgets.h"
#include "rule/ground/pairs.h"
#include "rule/ground/programs.h"
#include "rule/rule.h"

enum {
	TRANSIT_MS = 5000,
	LONG_MS = 30000, /* not a word for so long, and one look is enough to say it is likely */
};

extern const struct rule rule_peer_never_closes;

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

static bool same_peer(const struct suspects *g, const struct socket *s)
{
	if (s->state != STATE_FIN_WAIT2 || s->netns != g->netns)
		return false;
	return g->end_is_listener ? s->local.port == g->end.port : endpoint_same(&s->peer, &g->end);
}

/* What nobody holds any more goes with what is held, to the same peer: the kernel does not tell whose it was. */
static void take_orphans(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;

	array_each (&m->sockets, s)
		if (s->first_holder == HOLDER_NONE && same_peer(g, s) &&
		    request_asks(q->request, m, &rule_peer_never_closes, s))
			*array_push(&f->sockets) = (uint32_t)(s - m->sockets.items);
}

static bool is_told_with_held(struct inquiry *q, const struct suspects *g)
{
	struct silence silence = { 0 };

	array_each (&q->moment->sockets, s)
		if (s->first_holder != HOLDER_NONE && same_peer(g, s) && is_silent(q, s, &silence))
			return true;
	return false;
}

static void tell_held(struct inquiry *q, struct finding *f, uint64_t held, const struct departures *given_up)
{
	const struct moment *m = q->moment;

	if (given_up->count)
		finding_evidence(q, f,
		                 "%s are still held by the program, which gives up by itself: it closed %s others in "
		                 "the %s watched, the latest %s after its FIN was acknowledged",
		                 count_text(q, held), count_text(q, given_up->count), duration_text(q, m->window.ms),
		                 duration_text(q, given_up->oldest_ms));
	else if (m->window.ms)
		finding_evidence(q, f, "%s are still held by the program: it gave up none of them in the %s watched",
		                 count_text(q, held), duration_text(q, m->window.ms));
	else
		finding_evidence(q, f, "%s are still held by the program", count_text(q, held));
}

static void peer_never_closes_tell(struct inquiry *q, struct finding *f, const struct silence *silence,
                                   const struct departures *given_up)
{
	const struct moment *m = q->moment;

	finding_evidence(q, f, "our FIN was acknowledged, and nothing has come since, for up to %s now",
	                 duration_text(q, silence->longest_ms));
	if (m->window.ms)
		finding_evidence(q, f, "neither data nor a FIN came in the %s watched", duration_text(q, m->window.ms));
	if (silence->closed < f->count)
		tell_held(q, f, f->count - silence->closed, given_up);
	if (silence->closed)
		finding_evidence(q, f, "%s are closed: the kernel drops them after tcp_fin_timeout",
		                 count_text(q, silence->closed));
	finding_excludes(q, f, "peer-unreachable", "the peer acknowledged our FIN: it is there");
	finding_or_else(f, "half-closed", "the peer still works on its answer", "unfin check --window 60s");
}

static void peer_never_closes_advise(struct inquiry *q, struct finding *f, bool all_closed,
                                     const struct departures *given_up)
{
	if (all_closed)
		finding_for_good(f, "fix the peer: it must close, too", NULL);
	else if (given_up->count)
		finding_for_good(f,
		                 arena_printf(q->arena,
		                              "fix the peer; our program gives up after about %s, and may do so "
		                              "sooner if too many wait",
		                              duration_text(q, given_up->oldest_ms)),
		                 NULL);
	else
		finding_for_good(f, "fix the peer; and let our program wait for it with a limit, then close", NULL);
	finding_more(f, "what it means", "unfin explain peer-never-closes");
}

static bool peer_never_closes_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;
	struct silence silence = { 0 };

	if (g->end.port && g->process != PROCESS_NONE)
		take_orphans(q, g, f);
	else if (g->end.port && is_told_with_held(q, g))
		return false;
	finding_keep(q, f, is_silent, &silence);
	if (!f->count)
		return false;
	const struct departures *given_up = program_unanswered(inquiry_programs(q), f->subject);
	bool likely = silence.longest_ms >= LONG_MS || m->window.ms >= WATCHED_MS ||
	              (m->window.ms && silence.longest_ms >= STILL_TIMES * m->window.ms);
	f->confidence = likely ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
	if (f->subject == PROCESS_NONE)
		f->subject_why = "its program has closed them, the kernel waits for the peer";
	peer_never_closes_tell(q, f, &silence, given_up);
	peer_never_closes_advise(q, f, silence.closed == f->count, given_up);
	budgets_add(q, f);
	return true;
}

const struct rule rule_peer_never_closes = {
	.id = "peer-never-closes",
	.title = "has closed its side; its peers never close theirs",
	.where = "state == fin_wait2 and since_ack >= 5s",
	.per = PER_OWNER_END,
	.check = peer_never_closes_check,
};
