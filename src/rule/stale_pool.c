/* A client's pool keeps connections that the server's idle timeout has closed. Bounded by the pool's size, and
 * cured by a pool that forgets sooner than the server does. A leak against the same server looks alike but for
 * one thing: it grows. */
#include "budgets.h"
#include "close_wait.h"
#include "rule.h"

enum { GROWN_LEAST = 3, CLIPPED_PERCENT = 95 };

/* By connections of any state: those that the server's timeout turns stale while we watch were there before. */
static bool grows(const struct close_wait *c)
{
	return c->gained >= GROWN_LEAST;
}

/* A count that stands still because nothing more fits is no pool's size: it is a leak, clipped. */
static bool is_clipped(const struct moment *m, const struct finding *f)
{
	const struct process *p = &m->processes.items[f->subject];

	return p->fd_limit && (uint64_t)p->fd_used * 100 >= p->fd_limit * CLIPPED_PERCENT;
}

static bool stale_pool_check(const struct moment *m, const struct suspects *g, struct judgement *j, struct finding *f)
{
	struct close_wait c = close_wait_of(m, j, g);

	if (f->listener || !close_wait_idle_timeout(&c) || grows(&c) || is_clipped(m, f) || close_wait_reaches_back(&c))
		return false;
	/* The pool is seen at work if it throws stale ones away. Else it may as well be one burst, or a leak at rest.
	 */
	f->confidence = c.closed.count ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
	finding_evidence(j, f, "the server hung up %s after the last response, on all alike (%s): its idle timeout",
	                 duration_text(j, c.patience_median_ms), range_text(j, c.patience_low_ms, c.patience_high_ms));
	if (m->window.ms)
		finding_evidence(j, f, "in the %s watched %s were thrown away and %s came: it does not grow",
		                 duration_text(j, m->window.ms), count_text(j, c.closed.count),
		                 count_text(j, c.arrived));
	finding_or_else(f, "never-closed", "a leak that is at rest now would look the same",
	                "unfin check --window 60s");
	finding_advice(f,
	               arena_printf(j->arena,
	                            "let the pool drop idle connections before the server does: idle time below %s",
	                            duration_text(j, c.patience_median_ms)),
	               NULL);
	finding_advice(f, "what it means", "unfin explain stale-pool");
	budgets_add(m, j, f);
	f->eta_why = "a pool is bounded: no growth was seen";
	return true;
}

const struct rule rule_stale_pool = {
	.id = "stale-pool",
	.title = "keeps pooled connections that the server has closed for being idle",
	.where = "state == close-wait and pid != - and role != server and not timer == probe",
	.per = PER_OWNER_END,
	.check = stale_pool_check,
};
