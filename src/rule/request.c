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
	const struct rule *rule = rules[rule_rank(f->id)];

	if (!rule || !rule->judge || (!r->about && !r->ignore.count))
		return true;
	array_each (&f->sockets, s)
		if (request_asks(r, m, rule, &m->sockets.items[*s]))
			return true;
	return !f->sockets.count && !r->about;
}

void judgement_select(const struct moment *m, struct judgement *j)
{
	size_t kept = 0;

	array_each (&j->findings, f) {
		if (is_chosen(j->request, f->id) && concerns_asked(j->request, m, f))
			j->findings.items[kept++] = *f;
		else
			finding_free(f);
	}
	j->findings.count = kept;
}
