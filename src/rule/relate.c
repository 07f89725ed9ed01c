/* Which finding is the cause of which. Each rule says so of its own findings (`cause`); here is what holds for all: no
 * ring, one root for a chain, and what an effect leaves to its root. */
#include "rule.h"
#include "rule/ground/shares.h"
#include "rule/ground/texts.h"
#include "rule/ground/waits.h"

struct finding *finding_find(struct inquiry *q, uint32_t serial)
{
	array_each (&q->findings, f)
		if (f->serial == serial)
			return f;
	return NULL;
}

const struct finding *finding_root(struct inquiry *q, const struct finding *f)
{
	while (f->cause != FINDING_NONE)
		f = finding_find(q, f->cause);
	return f;
}

/* A cause that is itself an effect of `f` is refused: the first of the two to be asked keeps its own. */
static void relate(struct inquiry *q, struct finding *f)
{
	const struct rule *rule = rule_of(f);
	const struct finding *cause = rule->cause ? rule->cause(q, f) : NULL;

	if (!cause && f->waits_for.count)
		cause = shares_holder(q, f, f->waits_for.items, f->waits_for.count) ?: waits_stopper(q, f);
	if (cause && finding_root(q, cause) != f)
		f->cause = cause->serial;
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

/* The queue is full for want of descriptors, and these went into a leak: all three are the leak's effects. */
static void climb(struct inquiry *q, struct finding *f)
{
	const struct finding *root = finding_root(q, f);

	if (root == f) {
		f->subject = f->subject == PROCESS_NONE ? f->holder : f->subject;
		return;
	}
	f->cause = root->serial;
	f->caused_by = root->key;
	if (f->yields_advice)
		f->advice.count = 0;
	victims_sort(f, root);
	if (f->subject == PROCESS_NONE && !f->subject_why)
		f->subject_why = "see its cause";
}

/* What tells of its cause by pointing there must tell it itself once the cause is not shown. The key stays: it names
 * what was left out. */
static void become_root(struct inquiry *q, struct finding *f, const struct finding *dropped)
{
	f->cause = FINDING_NONE;
	if (f->subject == PROCESS_NONE)
		f->subject_why = dropped->subject == PROCESS_NONE
		                         ? arena_printf(q->arena, "its cause is left out here: %s", dropped->id)
		                         : arena_printf(q->arena, "its cause is left out here: %s of %s", dropped->id,
		                                        process_text(q, dropped->subject));
}

void findings_drop(struct inquiry *q, const bool *drop)
{
	finding_list kept = { 0 };

	for (size_t i = 0; i < q->findings.count; i++) {
		struct finding *f = &q->findings.items[i];
		const struct finding *cause = finding_find(q, f->cause);
		if (!drop[i] && cause && drop[cause - q->findings.items])
			become_root(q, f, cause);
	}
	for (size_t i = 0; i < q->findings.count; i++) {
		if (drop[i])
			finding_free(&q->findings.items[i]);
		else
			*array_push(&kept) = q->findings.items[i];
	}
	array_free(&q->findings);
	q->findings = kept;
}

void findings_relate(struct inquiry *q)
{
	array_each (&q->findings, f)
		relate(q, f);
	array_each (&q->findings, f)
		climb(q, f);
}
