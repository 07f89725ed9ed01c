/* What a request leaves out. A socket that is not asked about is still seen by the rules as the ground of others: its
 * ports are taken, its close tells how its program closes. Only no finding is about it. */
#include "rule.h"

enum { HOUR_S = 3600, WEEK_S = 7 * 24 * HOUR_S, SHARE_PERCENT = 5 };

const struct request request_default = {
	.thresholds = { .critical_eta_s = HOUR_S, .warning_eta_s = WEEK_S, .warning_percent = SHARE_PERCENT },
};

bool request_asks(const struct request *r, const struct moment *m, const struct rule *rule, const struct socket *s)
{
	if (r->about && !filter_match(r->about, m, s))
		return false;
	array_each (&r->ignore, i)
		if (i->filter && streq(i->id, rule->id) && filter_match(i->filter, m, s))
			return false;
	return true;
}

static bool is_chosen(const struct request *r, const char *id)
{
	array_each (&r->ignore, i)
		if (!i->filter && streq(i->id, id))
			return false;
	array_each (&r->only, only)
		if (streq(*only, id))
			return true;
	return !r->only.count;
}

/* Of a rule that judges a namespace or a process as a whole: it was not asked about each socket. */
static bool concerns_asked(const struct request *r, const struct moment *m, const struct finding *f)
{
	const struct rule *rule = rule_of(f);

	if (!rule || !rule->judge || (!r->about && !r->ignore.count))
		return true;
	array_each (&f->sockets, s)
		if (request_asks(r, m, rule, &m->sockets.items[*s]))
			return true;
	return !f->sockets.count && !r->about;
}

void findings_select(struct inquiry *q)
{
	cleanup(cleanup_free) bool *drop = memory_zeroed(q->findings.count + 1);

	for (size_t i = 0; i < q->findings.count; i++) {
		const struct finding *f = &q->findings.items[i];
		drop[i] = !is_chosen(q->request, f->id) || !concerns_asked(q->request, q->moment, f);
	}
	findings_drop(q, drop);
}
