/* A setting that hurts, or that does not do what it was set for: named only where it bears on something here, and said
 * what it really does. The settings are in sysctls.c. */
#include "rule/rule.h"
#include "sysctls.h"

static void bad_sysctl_tell(struct inquiry *q, uint32_t netns, const struct rule *rule, const struct sysctl_row *row)
{
	struct finding *f = finding_new(q, rule->id, row->title);

	f->netns = row->host ? NETNS_UNKNOWN : netns;
	f->setting = row->setting;
	f->subject_why = "a setting: whoever wrote it must act";
	f->confidence = CONFIDENCE_CERTAIN;
	row->tell(q, netns, f);
	finding_more(f, "what it really does",
	             arena_printf(q->arena, "unfin explain %s", strrchr(row->setting, '.') + 1));
}

static void bad_sysctl_judge(struct inquiry *q, const struct rule *rule)
{
	bool first = true;

	for (uint32_t n = 0; n < q->moment->netns.count; n++) {
		if (!q->moment->netns.items[n].in_scope)
			continue;
		for (const struct sysctl_row *row = sysctl_rows; row->setting; row++)
			if ((first || !row->host) && row->holds(q, n))
				bad_sysctl_tell(q, n, rule, row);
		first = false;
	}
}

const struct rule rule_bad_sysctl = {
	.id = "bad-sysctl",
	.title = "a setting that hurts",
	.judge = bad_sysctl_judge,
	.explains_no_socket = true,
};
