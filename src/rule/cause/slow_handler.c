/* The owner closes, but later than the peer is willing to wait. Either may be the one to change: so both durations
 * are told. Only closes prove that it closes at all: those of a window, or their traces. */
#include "rule/ground/budgets.h"
#include "rule/ground/fate.h"
#include "rule/ground/time_limits.h"
#include "rule/ground/waits.h"
#include "rule/rule.h"
#include "rule/ground/texts.h"

static void tell_closes(struct inquiry *q, const struct fate *fate, struct finding *f)
{
	const struct close_wait *c = &fate->facts;
	struct closed closed = close_wait_closed(c);

	if (!closed.count) {
		finding_evidence(q, f,
		                 "it has run for %s, and none is older than %s: those that came before have been "
		                 "closed, and their descriptors been used again",
		                 duration_text(q, c->lifetime_ms), duration_text(q, c->ages.oldest_ms));
		return;
	}
	finding_evidence(q, f, "%s were closed during the %s watch, the latest %s %s after the peer had closed",
	                 count_text(q, closed.count), duration_text(q, close_wait_watched_ms(q->moment)),
	                 c->closed.least_ms < c->closed.oldest_ms ? "at most" : "about",
	                 duration_text(q, closed.oldest_ms));
	if (fate->sure)
		finding_excludes(q, f, "never-closed", "none is older than %d times the oldest close seen",
		                 CLOSE_TIMES);
}

/* Its answer depends on another's, to whom it has passed the request on. */
static void tell_waiting(struct inquiry *q, const struct fate *fate, struct finding *f)
{
	finding_waits(f, &fate->waits_for);
	finding_evidence(
	        q, f, "on %s of its own it has asked somebody else, right after it was asked, and waits for %s",
	        connections_text(q, f->waits_for.count), f->waits_for.count == 1 ? "the answer" : "the answers");
}

static void tell_open_ones(struct inquiry *q, const struct close_wait *c, struct finding *f)
{
	finding_evidence(q, f, "those open now: the peers closed %s ago, median %s; their last data came up to %s ago",
	                 range_text(q, c->ages.youngest_ms, c->ages.oldest_ms), duration_text(q, c->ages.median_ms),
	                 duration_text(q, c->handled_ms));
	if (c->patience_known && c->patience_median_ms >= SAME_MS)
		finding_evidence(q, f,
		                 "the peers waited %s for an answer (median; 10%% gave up within %s, 90%% within %s)",
		                 duration_text(q, c->patience_median_ms), duration_text(q, c->patience_low_ms),
		                 duration_text(q, c->patience_high_ms));
}

/* What ends slow work does not end a leak. */
static void advise(struct finding *f)
{
	if (f->confidence == CONFIDENCE_POSSIBLE) {
		finding_now(f, "find out first which of the two it is", f->alternatives.items[0].settled_by);
		return;
	}
	finding_now(f, "raise the peers' timeout above the time the handler takes, if it is yours to set", NULL);
	finding_for_good(f, "make the handler answer in time, or stop its work when the peer has gone", NULL);
}

static bool slow_handler_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct fate *fate = fate_of(q, g);
	bool waits = fate->kind == FATE_RELAYED && fate->relay == RELAY_ANSWERS;

	if (fate->kind != FATE_SLOW && !waits)
		return false;
	f->confidence = waits || fate->sure ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
	if (waits)
		tell_waiting(q, fate, f);
	else
		tell_closes(q, fate, f);
	tell_open_ones(q, &fate->facts, f);
	if (!waits)
		waits_explain(q, f);
	finding_or_else(f, "never-closed", "a leak among them, too young to be told apart yet",
	                longer_watch(q, LONG_WORK_MS));
	advise(f);
	finding_more(f, "what it means", "unfin explain slow-handler");
	budgets_add(q, f);
	f->eta_why = "it closes what comes: no growth was seen";
	return true;
}

const struct rule rule_slow_handler = {
	.id = "slow-handler",
	.title = "closes later than its peers are willing to wait",
	.where = FATE_WHERE,
	.suspect = fate_suspect,
	.per = PER_OWNER_END,
	.check = slow_handler_check,
};
