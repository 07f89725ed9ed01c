/* Severity, from budgets, growth and victims: a count alone alarms nobody (contract, section 2). */
#include "rule.h"
#include <math.h>

enum { OWN_LEAST = 3 };

static uint64_t budget_left(const struct budget *b)
{
	return b->limit > b->used ? b->limit - b->used : 0;
}

/* Of the finding's growth, what this budget feels: forty workers share it, and each has descriptors of its own. A
 * process that holds but one or two of them does not grow: others like it come. */
static double budget_growth(const struct finding *f, const struct budget *b, double per_min)
{
	if (!f->count || b->own >= f->count)
		return per_min;
	return b->own < OWN_LEAST ? 0 : per_min * (double)b->own / (double)f->count;
}

/* Seconds until this budget ends at this growth; infinite if it does not grow. */
static double budget_seconds(const struct finding *f, const struct budget *b, double finding_per_min)
{
	double per_min = budget_growth(f, b, finding_per_min);

	if (!budget_left(b))
		return 0;
	return per_min > 0 ? (double)budget_left(b) / (per_min / 60) : INFINITY;
}

/* The one that ends first in front: by time if it grows, else by what is left of it. */
static bool budget_before(const struct finding *f, const struct budget *a, const struct budget *b)
{
	double a_s = budget_seconds(f, a, f->growth.per_min), b_s = budget_seconds(f, b, f->growth.per_min);

	if (a_s != b_s)
		return a_s < b_s;
	return (double)budget_left(a) / (double)a->limit < (double)budget_left(b) / (double)b->limit;
}

static void budgets_order(struct finding *f)
{
	for (size_t i = 1; i < f->budgets.count; i++) {
		struct budget first = f->budgets.items[0];
		if (!budget_before(f, &f->budgets.items[i], &first))
			continue;
		f->budgets.items[0] = f->budgets.items[i];
		f->budgets.items[i] = first;
	}
}

static bool is_large(const struct budget *b, const struct thresholds *t)
{
	return b->limit && b->own * 100 >= b->limit * t->warning_percent;
}

static bool share_is_large(const struct finding *f, const struct thresholds *t)
{
	array_each (&f->budgets, b)
		if (is_large(b, t))
			return true;
	return false;
}

static uint64_t seconds_whole(double s)
{
	return s < 1e15 ? (uint64_t)s : UINT64_MAX / 1000;
}

/* When the first budget ends. Not said where nothing proves growth: then `eta_why` has the reason. */
static void eta_give(struct finding *f, const struct thresholds *t)
{
	const struct budget *b = f->budgets.count ? &f->budgets.items[0] : NULL;
	const struct growth *g = &f->growth;

	if (!b || f->eta_known || f->eta_why)
		return;
	if (!budget_left(b) && !is_large(b, t)) {
		f->eta_why = "the limit is reached, but not by these";
	} else if (!budget_left(b)) {
		f->eta_known = true;
		f->eta = (struct eta){ .basis = "the limit is reached" };
	} else if (!g->known) {
		f->eta_why = g->why ? g->why : "what it grows by is not known";
	} else if (isinf(budget_seconds(f, b, g->per_min))) {
		f->eta_why = "never at the present rate: it does not grow";
	} else {
		f->eta_known = true;
		f->eta = (struct eta){ .s = seconds_whole(budget_seconds(f, b, g->per_min)),
			               .low_s = seconds_whole(budget_seconds(f, b, g->high_per_min)),
			               .high_s = seconds_whole(budget_seconds(f, b, g->low_per_min)),
			               .basis = g->basis };
	}
}

static bool somebody_suffers(const struct finding *f)
{
	array_each (&f->victims, v)
		if (!v->copes)
			return true;
	return false;
}

static enum severity severity_of(const struct finding *f, const struct thresholds *t)
{
	if (somebody_suffers(f) || f->limit_reached || (f->eta_known && f->eta.s < t->critical_eta_s))
		return SEVERITY_CRITICAL;
	if ((f->eta_known && f->eta.s < t->warning_eta_s) || share_is_large(f, t))
		return MAX(f->severity, (enum severity)SEVERITY_WARNING);
	return f->severity;
}

/* A root weighs at least as much as all that follows from it. */
static void raise_root(struct inquiry *q, const struct finding *effect)
{
	struct finding *root = finding_find(q, effect->cause);

	if (root)
		root->severity = MAX(root->severity, effect->severity);
}

void findings_weigh(struct inquiry *q)
{
	const struct thresholds *t = &q->request->thresholds;

	array_each (&q->findings, f) {
		budgets_order(f);
		eta_give(f, t);
		f->severity = severity_of(f, t);
	}
	array_each (&q->findings, f)
		raise_root(q, f);
}
