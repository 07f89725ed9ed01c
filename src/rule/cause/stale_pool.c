/* A client's pool keeps connections that the server's idle timeout has closed. Bounded by the pool's size, and
 * cured by a pool that forgets sooner than the server does. A leak against the same server looks alike but for
 * one thing: it grows. And a pool at work may have thrown its stale ones away just before the last look: then their
 * closes tell. */
#include "rule/ground/budgets.h"
#include "rule/ground/fate.h"
#include "rule/rule.h"
#include "rule/ground/texts.h"

enum { GROWN_LEAST = 3, KEPT_MS = 1000, SWEEP_MS = 1500, MARGIN_PARTS = 10 };

/* Servers look for idle connections now and then, in whole seconds: one with a limit of 2 s (redis) was seen to close
 * after 3.2 s. The pool must be below the setting, and not below what was seen. */
static uint64_t idle_advised_ms(uint64_t shortest_ms)
{
	uint64_t margin_ms = MAX((uint64_t)SWEEP_MS, shortest_ms / MARGIN_PARTS);

	return MAX(shortest_ms - MIN(shortest_ms, margin_ms), shortest_ms / 2);
}

/* `idle_ms`: how long the server lets them lie idle; 0: not known. */
static void conclude(struct inquiry *q, struct finding *f, uint64_t idle_ms)
{
	const char *after = "";

	if (idle_ms)
		after = arena_printf(
		        q->arena,
		        ": after %s at most (the server's own limit may be a little shorter than the %s seen)",
		        duration_text(q, idle_advised_ms(idle_ms)), duration_text(q, idle_ms));
	finding_or_else(f, "never-closed", "a leak that is at rest now would look the same", longer_watch(q, 0));
	finding_evidence(q, f,
	                 "a request that is sent on one of these fails: a reset, \"closed by server\", a broken pipe");
	finding_now(f, "if requests fail, raise the server's idle timeout above the pool's, or send them once more",
	            NULL);
	finding_for_good(
	        f, arena_printf(q->arena, "make the pool drop idle connections before the server does%s", after), NULL);
	finding_more(f, "what it means", "unfin explain stale-pool");
	f->eta_why = "a pool is bounded: no growth was seen";
}

/* How the server ended them. Of a reset the kernel keeps no time. */
static void tell_end(struct inquiry *q, const struct close_wait *c, struct finding *f)
{
	if (c->dead == c->sockets)
		finding_evidence(
		        q, f,
		        "the server has reset all %s (ss shows none of them); those that were dead %s before have "
		        "been thrown away, and there are not more than then: it does not grow",
		        count_text(q, c->dead), duration_text(q, q->moment->window.ms));
	else
		finding_evidence(q, f, "the server closed %s after the last response%s: its idle timeout",
		                 duration_text(q, c->patience_median_ms),
		                 c->patience_known < ALIKE_LEAST
		                         ? ""
		                         : arena_printf(q->arena, ", on all alike (%s)",
		                                        range_text(q, c->patience_low_ms, c->patience_high_ms)));
}

static bool stale_pool_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct fate *fate = fate_of(q, g);
	const struct close_wait *c = &fate->facts;

	if (fate->kind != FATE_POOLED)
		return false;
	f->confidence = fate->sure ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
	tell_end(q, c, f);
	if (c->dead < c->sockets && q->moment->window.ms)
		finding_evidence(q, f,
		                 "during the %s watch the pool dropped %s of these and %s were added: it does not grow",
		                 duration_text(q, q->moment->window.ms), count_text(q, c->closed.count),
		                 count_text(q, c->arrived));
	if (c->gives_back)
		finding_evidence(q, f,
		                 "earlier ones have been closed: none is older than %s, and the process has run for %s",
		                 duration_text(q, c->ages.oldest_ms), duration_text(q, c->lifetime_ms));
	conclude(q, f, c->patience_low_ms);
	budgets_add(q, f);
	return true;
}

/* Programs that hold what a server has closed: those are judged by it. */
static bool *find_keepers(const struct moment *m, const struct programs *programs)
{
	bool *keeps = memory_zeroed(m->processes.count + 1);

	array_each (&m->sockets, s) {
		const struct holder *h = moment_holder(m, s->first_holder);
		if (h && s->state == STATE_CLOSE_WAIT && s->role != ROLE_SERVER)
			keeps[program_of(programs, h->process)] = true;
	}
	return keeps;
}

/* The most of what this program closed as a client, and where to. */
static const struct departure *main_departure(const struct moment *m, const struct programs *programs, uint32_t program)
{
	const struct departure *main = NULL;

	array_each (&m->departures, d)
		if (d->as_client && !d->unanswered && program_of(programs, d->process) == program &&
		    (!main || d->count > main->count))
			main = d;
	return main;
}

static void tell_thrown_away(struct inquiry *q, const struct rule *rule, uint32_t program)
{
	const struct moment *m = q->moment;
	const struct programs *programs = inquiry_programs(q);
	const struct departures *d = program_departed(programs, program, false);
	const struct departure *main = main_departure(m, programs, program);

	if (program_gained(programs, program, main->netns, &main->end) >= GROWN_LEAST)
		return;
	struct finding *f = finding_new(q, rule->id, rule->title);
	f->confidence = d->idle_known < ALIKE_LEAST ? CONFIDENCE_POSSIBLE : CONFIDENCE_LIKELY;
	f->subject = main->process;
	f->netns = main->netns;
	if (main->end.port)
		f->peer = endpoint_text(q, &main->end);
	f->count = d->count;
	f->oldest_known = true;
	f->oldest_ms = f->oldest_max_ms = d->oldest_ms;
	finding_evidence(q, f, "the server closed %s after the last response, on all alike: its idle timeout",
	                 range_text(q, d->idle_low_ms, d->idle_high_ms));
	finding_evidence(q, f, "the pool dropped all %llu during the %s watch, up to %s after that: it does not grow",
	                 (unsigned long long)d->count, duration_text(q, m->window.ms), duration_text(q, d->oldest_ms));
	conclude(q, f, d->idle_low_ms);
}

static void stale_pool_judge(struct inquiry *q, const struct rule *rule)
{
	const struct moment *m = q->moment;
	const struct programs *programs = inquiry_programs(q);
	cleanup(cleanup_free) bool *keeps = find_keepers(m, programs);

	for (uint32_t p = 0; p < m->processes.count; p++) {
		const struct departures *d = program_departed(programs, p, false);
		if (program_of(programs, p) == p && !keeps[p] && d->idle_known && d->idle_known * 2 >= d->count &&
		    d->oldest_ms > KEPT_MS && is_idle_timeout(d->idle_low_ms, d->idle_high_ms))
			tell_thrown_away(q, rule, p);
	}
}

const struct rule rule_stale_pool = {
	.id = "stale-pool",
	.title = "keeps pooled connections that the server has closed for being idle",
	.where = FATE_WHERE,
	.suspect = fate_suspect,
	.per = PER_OWNER_END,
	.check = stale_pool_check,
	.judge = stale_pool_judge,
};
