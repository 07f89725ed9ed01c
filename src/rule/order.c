/* Roots by severity, then rank, then count; each followed by its effects. */
#include "rule.h"

static int compare_roots(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int order = CMP(y->severity, x->severity);

	if (!order)
		order = CMP(rule_rank(x->id), rule_rank(y->id));
	if (!order)
		order = CMP(y->count, x->count);
	return order ? order : strcmp(x->key, y->key);
}

static bool is_effect_of(const struct finding *f, const struct finding *cause)
{
	return f->caused_by && streq(f->caused_by, cause->key);
}

/* Depth is that of the causes: an effect's effects follow it. Causes never form a ring: see relate.c. */
static void order_below(struct judgement *from, const struct finding *cause, struct judgement *to)
{
	*array_push(&to->findings) = *cause;
	array_each (&from->findings, f)
		if (is_effect_of(f, cause))
			order_below(from, f, to);
}

/* Its cause may have been left out, by --ignore. */
static bool is_root(const struct judgement *j, const struct finding *f)
{
	array_each (&j->findings, cause)
		if (is_effect_of(f, cause))
			return false;
	return true;
}

void judgement_order(struct judgement *j)
{
	struct judgement ordered = { 0 };

	if (!j->findings.count)
		return;
	array_sort(&j->findings, compare_roots);
	array_each (&j->findings, root)
		if (is_root(j, root))
			order_below(j, root, &ordered);
	array_free(&j->findings);
	j->findings.items = ordered.findings.items;
	j->findings.count = ordered.findings.count;
	j->findings.room = ordered.findings.room;
}
