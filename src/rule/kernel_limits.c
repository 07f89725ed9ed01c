/* Limits of the kernel that bite for themselves: one row and one rule each, all of one shape. A count alone is history:
 * a rule holds if the limit is reached, if its counter grew while watched, or if two looks show it near. */
#include "ages.h"
#include "reach.h"
#include "rule.h"

enum { ENDING_PERCENT = 95 };

struct reached {
	const char *id, *grew; /* grew: what its counter counts */
	const char *advice, *page;
	enum limit_kind kind;
};

static bool is_nearly(const struct limit *l)
{
	return l->limit && l->used * 100 >= l->limit * ENDING_PERCENT;
}

static void tell(const struct moment *m, struct judgement *j, const struct rule *rule, const struct reached *r,
                 const struct limit *l, uint64_t grown)
{
	struct finding *f = finding_new(j, rule->id, rule->title);

	f->netns = l->netns;
	f->subject_why = "no process: a limit of the kernel, for all";
	f->confidence = grown || l->used >= l->limit ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY;
	finding_limit(j, m, f, l);
	f->limit_reached |= grown > 0;
	f->budgets.items[0].own = is_nearly(l) ? l->used : 0;
	if (!f->limit_reached)
		finding_foretell(f, &l->forecast);
	if (grown)
		finding_evidence(j, f, "%s %s while watched", count_text(j, grown), r->grew);
	finding_advice(f, r->advice, NULL);
	finding_advice(f, "what it means, and what is lost", r->page);
}

/* What the counter of this limit gained in the window. */
static uint64_t grown_of(const struct moment *m, const struct limit *l)
{
	const struct netns *n = l->netns < m->netns.count ? &m->netns.items[l->netns] : NULL;

	if (l->kind == LIMIT_TIME_WAIT)
		return n->totals.time_wait_overflows - n->before.time_wait_overflows;
	if (l->kind == LIMIT_CONNTRACK && is_nearly(l)) /* the counter is the host's, the table the namespace's */
		return n->totals.conntrack_drops - n->before.conntrack_drops;
	return 0;
}

static void judge_kind(const struct moment *m, struct judgement *j, const struct rule *rule, const struct reached *r)
{
	struct limits limits;

	limits_kernel(m, &limits);
	array_each (&limits.rows, l) {
		if (l->kind != r->kind)
			continue;
		uint64_t grown = grown_of(m, l);
		if (grown || is_nearly(l) || reach_is_near(m, &l->forecast))
			tell(m, j, rule, r, l, grown);
	}
	limits_free(&limits);
}

static const struct reached rows[] = {
	{ "conntrack-full", "packets of new connections were dropped",
	  "fewer new connections; or more room: raise net.netfilter.nf_conntrack_max on the host",
	  "unfin explain conntrack-full", LIMIT_CONNTRACK },
	{ "time-wait-overflow", "connections skipped their TIME-WAIT",
	  "set net.ipv4.tcp_max_tw_buckets back to its default or higher: lowering it makes nothing better",
	  "unfin explain time-wait-overflow", LIMIT_TIME_WAIT },
	{ "orphan-limit", "sockets were aborted",
	  "find the peers that do not finish: `unfin list unowned == orphan`; more room: net.ipv4.tcp_max_orphans",
	  "unfin explain orphan-limit", LIMIT_ORPHANS },
	{ "tcp-memory", "buffers were cut",
	  "find who holds the most: `unfin list --sort -recv_q`; more room: net.ipv4.tcp_mem",
	  "unfin explain tcp-memory", LIMIT_MEMORY },
};

static void limit_judge(const struct moment *m, const struct rule *rule, struct judgement *j)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (streq(rows[i].id, rule->id))
			judge_kind(m, j, rule, &rows[i]);
}

const struct rule rule_conntrack_full = {
	.id = "conntrack-full",
	.title = "the table of connection tracking is full, or nearly: new connections are dropped",
	.judge = limit_judge,
};

const struct rule rule_time_wait_overflow = {
	.id = "time-wait-overflow",
	.title = "tcp_max_tw_buckets cuts TIME-WAIT off: its protection is lost",
	.judge = limit_judge,
};

const struct rule rule_orphan_limit = {
	.id = "orphan-limit",
	.title = "closed connections that the kernel still ends come to their limit: it resets them",
	.judge = limit_judge,
};

const struct rule rule_tcp_memory = {
	.id = "tcp-memory",
	.title = "all TCP sockets together use up their memory: data is dropped",
	.judge = limit_judge,
};
