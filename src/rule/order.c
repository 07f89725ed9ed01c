/* Roots by severity, then rank, then count; each followed by its effects. Of two that are as grave, what is only
 * foreseen comes after what is so now. */
#include "rule.h"

static int compare_roots(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int order = CMP(y->severity, x->severity);

	if (!order)
		order = CMP(x->foreseen, y->foreseen);
	if (!order)
		order = CMP(rule_rank(x->id), rule_rank(y->id));
	if (!order)
		order = CMP(y->count, x->count);
	return order ? order : strcmp(x->key, y->key);
}

/* Depth is that of the causes: an effect's effects follow it. Causes form no ring (relate.c), so each is met once. */
static void order_below(const finding_list *from, uint32_t cause, finding_list *to)
{
	array_each (from, f) {
		if (f->cause != cause)
			continue;
		*array_push(to) = *f;
		order_below(from, f->serial, to);
	}
}

void findings_order(struct inquiry *q)
{
	finding_list ordered = { 0 };

	if (!q->findings.count)
		return;
	array_sort(&q->findings, compare_roots);
	order_below(&q->findings, FINDING_NONE, &ordered);
	array_free(&q->findings);
	q->findings = ordered;
}
