/* A setting that hurts, or that does not do what it was set for: named only where it bears on something here, and said
 * what it really does. The settings are in sysctls.c. */
#include "rule/rule.h"
#include "sysctls.h"

static void tell(const struct sysctl_judging *x, const struct rule *rule, const struct sysctl_row *row)
{
	struct finding *f = finding_new(x->j, rule->id, row->title);

	f->netns = row->host ? NETNS_UNKNOWN : x->netns;
	f->setting = row->setting;
	f->subject_why = "a setting: who wrote it must act";
	f->confidence = CONFIDENCE_CERTAIN;
	row->tell(x, f);
	finding_advice(f, "what it really does",
	               arena_printf(x->j->arena, "unfin explain %s", strrchr(row->setting, '.') + 1));
}

static void bad_sysctl_judge(const struct moment *m, const struct rule *rule, struct judgement *j)
{
	bool first = true;

	for (uint32_t n = 0; n < m->netns.count; n++) {
		struct sysctl_judging x = { m, j, &m->netns.items[n], n };
		if (!x.n->in_scope)
			continue;
		for (const struct sysctl_row *row = sysctl_rows; row->setting; row++)
			if ((first || !row->host) && row->holds(&x))
				tell(&x, rule, row);
		first = false;
	}
}

const struct rule rule_bad_sysctl = {
	.id = "bad-sysctl",
	.title = "a setting that hurts",
	.judge = bad_sysctl_judge,
};
