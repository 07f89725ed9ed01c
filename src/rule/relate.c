/* Which finding is the cause of which. An effect keeps its own entry and names its root. */
#include "rule.h"

/* The ports of a namespace are held by sockets, and sockets belong to findings: the finding that holds at least
 * half of the used ports is why they are gone. */
static const struct finding *holder_of_ports(const struct judgement *j, const struct finding *exhausted)
{
	const struct finding *root = NULL;

	if (!exhausted->budgets.count)
		return NULL;
	array_each (&j->findings, f) {
		if (f == exhausted || f->netns != exhausted->netns || !f->peer || f->listener)
			continue;
		if (f->count * 2 >= exhausted->budgets.items[0].used && (!root || f->count > root->count))
			root = f;
	}
	return root;
}

/* Others that suffer come before the root's own failures: who leaks and who is woken for it. */
static void victims_sort(struct finding *f, const struct finding *root)
{
	size_t others = 0;

	for (size_t i = 0; i < f->victims.count; i++) {
		struct victim v = f->victims.items[i];
		if (v.process == root->subject)
			continue;
		memmove(&f->victims.items[others + 1], &f->victims.items[others], (i - others) * sizeof(v));
		f->victims.items[others++] = v;
	}
}

void judgement_relate(const struct moment *m, struct judgement *j)
{
	array_each (&j->findings, f) {
		if (!streq(f->id, "ports-exhausted"))
			continue;
		const struct finding *root = holder_of_ports(j, f);
		if (!root)
			continue;
		f->caused_by = root->key;
		victims_sort(f, root);
		f->subject = PROCESS_NONE;
		f->subject_why = "see its cause";
	}
}
