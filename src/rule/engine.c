/* Rules in their order over one moment. A socket that a rule has explained is not shown to later ones. */
#include "rule.h"

static void explain_sockets(const struct finding *f, bool *explained)
{
	array_each (&f->sockets, s)
		explained[*s] = true;
}

static void rule_apply(const struct moment *m, const struct rule *rule, struct judgement *j, bool *explained)
{
	struct suspect_list list = { 0 };

	suspects_find(m, j, rule->where, rule->per, explained, &list);
	array_each (&list.groups, g) {
		struct finding *f = finding_new(j, rule->id, rule->title);
		suspects_describe(m, g, j, f);
		if (rule->check(m, g, j, f))
			explain_sockets(f, explained);
		else
			finding_free(&j->findings.items[--j->findings.count]);
	}
	suspects_free(&list);
}

static enum verdict verdict_of(const struct moment *m, const struct judgement *j)
{
	enum verdict verdict = m->coverage.complete ? VERDICT_OK : VERDICT_UNKNOWN;

	array_each (&j->findings, f) {
		if (f->severity == SEVERITY_CRITICAL)
			return VERDICT_CRITICAL;
		if (f->severity == SEVERITY_WARNING)
			verdict = VERDICT_WARNING;
	}
	return verdict;
}

struct judgement *judge(const struct moment *m)
{
	struct judgement *j = memory_zeroed(sizeof(*j));
	cleanup(cleanup_free) bool *explained = memory_zeroed(m->sockets.count);

	j->arena = arena_new();
	for (const struct rule *const *rule = rules; *rule; rule++) {
		if ((*rule)->judge)
			(*rule)->judge(m, *rule, j);
		else
			rule_apply(m, *rule, j, explained);
	}
	array_each (&j->findings, f)
		f->key = finding_key(m, j, f);
	judgement_relate(m, j);
	judgement_weigh(m, j);
	judgement_order(j);
	j->verdict = verdict_of(m, j);
	return j;
}
