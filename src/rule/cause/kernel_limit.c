#include "kernel_limit.h"
#include "rule/ground/texts.h"

enum { ENDING_PERCENT = 95 };

bool limit_is_nearly_used(const struct limit *l)
{
	return l->limit && l->used * 100 >= l->limit * ENDING_PERCENT;
}

static void kernel_limit_tell(struct inquiry *q, const struct rule *rule, const struct kernel_limit *what,
                              const struct limit *l)
{
	const struct moment *m = q->moment;
	struct finding *f = finding_new(q, rule->id, rule->title);
	uint64_t grown = what->grown(m, l);

	f->netns = l->netns;
	f->subject_why = "no process: a limit of the kernel, for all";
	f->confidence = grown || l->used >= l->limit ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY;
	finding_limit(q, f, l);
	f->limit_reached |= grown > 0;
	f->budgets.items[0].own = limit_is_nearly_used(l) ? l->used : 0;
	if (!f->limit_reached)
		finding_foretell(f, &l->forecast);
	else if (l->used < l->limit)
		f->eta_why = "it was reached while watched";
	if (grown)
		finding_evidence(q, f, "%s %s while watched", count_text(q, grown), what->grew);
	if (grown && what->tell)
		what->tell(q, f);
	if (what->now)
		finding_now(f, what->now, NULL);
	if (what->for_good)
		finding_for_good(f, what->for_good, NULL);
	finding_more(f, "what it means, and what is lost", arena_printf(q->arena, "unfin explain %s", rule->id));
}

void kernel_limit_judge(struct inquiry *q, const struct rule *rule, const struct kernel_limit *what)
{
	const struct moment *m = q->moment;
	struct limits limits;

	limits_kernel(m, &limits);
	array_each (&limits.rows, l)
		if (l->kind == what->kind &&
		    (what->grown(m, l) || limit_is_nearly_used(l) || reach_is_near(m, &l->forecast)))
			kernel_limit_tell(q, rule, what, l);
	limits_free(&limits);
}
