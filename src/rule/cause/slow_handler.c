/* The owner closes, but later than the peer is willing to wait. Either may be the one to change: so both durations
 * are told. Only closes prove that it closes at all: those of a window, or their traces. */
#include "rule/ground/budgets.h"
#include "rule/ground/close_wait.h"
#include "rule/rule.h"

enum { TRANSIT_MS = 1000, TIDYING_MS = 5000, TIMES = 3, SAME_MS = 10 };

/* Nobody is impatient who has his answer: then a busy host may take its time. */
static uint64_t least_ms(const struct close_wait *c)
{
	return close_wait_answered(c) ? TIDYING_MS : TRANSIT_MS;
}

static bool is_slow(const struct close_wait *c)
{
	if (!c->closed.count)
		return c->gives_back && !c->clients && c->ages.oldest_ms > least_ms(c);
	return c->closed.oldest_ms > least_ms(c) && c->ages.oldest_ms <= TIMES * c->closed.oldest_ms;
}

static void tell_closes(struct inquiry *q, const struct close_wait *c, struct finding *f)
{
	const struct moment *m = q->moment;

	if (!c->closed.count) {
		finding_evidence(q, f,
		                 "it has run for %s, and none is older than %s: those that came before have been "
		                 "closed, and their descriptors been used again",
		                 duration_text(q, c->lifetime_ms), duration_text(q, c->ages.oldest_ms));
		return;
	}
	finding_evidence(q, f, "%s were closed in the %s watched, the latest about %s after the peer had hung up",
	                 count_text(q, c->closed.count), duration_text(q, m->window.ms),
	                 duration_text(q, c->closed.oldest_ms));
	finding_excludes(q, f, "never-closed", "none is older than %d times the oldest close seen", TIMES);
}

static bool slow_handler_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	struct close_wait c = close_wait_of(q, g);

	if (!is_slow(&c))
		return false;
	f->confidence = CONFIDENCE_LIKELY;
	tell_closes(q, &c, f);
	finding_evidence(q, f, "those open now: hung up %s ago, median %s; their last data came up to %s ago",
	                 range_text(q, c.ages.youngest_ms, c.ages.oldest_ms), duration_text(q, c.ages.median_ms),
	                 duration_text(q, c.handled_ms));
	if (c.patience_known && c.patience_median_ms >= SAME_MS)
		finding_evidence(q, f,
		                 "the peers waited %s for an answer (median; 10%% gave up within %s, 90%% within %s)",
		                 duration_text(q, c.patience_median_ms), duration_text(q, c.patience_low_ms),
		                 duration_text(q, c.patience_high_ms));
	finding_or_else(f, "never-closed", "a leak among them, too young to be told apart yet",
	                "unfin check --window 60s");
	finding_advice(f,
	               "compare the time the handler takes with the peer's timeout: shorten the one or raise the other",
	               NULL);
	finding_advice(f, "what it means", "unfin explain slow-handler");
	budgets_add(q, f);
	f->eta_why = "it closes what comes: no growth was seen";
	return true;
}

const struct rule rule_slow_handler = {
	.id = "slow-handler",
	.title = "closes later than its peers are willing to wait",
	.where = "state == close-wait and pid != - and not timer == probe",
	.per = PER_OWNER_END,
	.check = slow_handler_check,
};
