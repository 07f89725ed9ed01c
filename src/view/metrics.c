#include "metrics_parts.h"
#include "model/limits.h"

/* What the findings of one cause come to. */
struct cause_sum {
	uint64_t findings[SEVERITY_CRITICAL + 1];
	uint64_t connections, oldest_ms;
	uint64_t end_s; /* the soonest */
	bool counts, oldest_known, end_known;
};

typedef ARRAY(struct cause_sum) cause_sums; /* by rank */

static void cause_add(struct cause_sum *c, const struct finding *f)
{
	c->findings[f->severity]++;
	if (finding_counts_unfinished(f)) {
		c->counts = true;
		c->connections += f->count;
	}
	if (f->oldest_known) {
		c->oldest_ms = MAX(c->oldest_ms, f->oldest_ms);
		c->oldest_known = true;
	}
	if (f->eta_known) {
		c->end_s = c->end_known ? MIN(c->end_s, f->eta.s) : f->eta.s;
		c->end_known = true;
	}
}

static void causes_sum(const struct judgement *j, cause_sums *ret)
{
	for (const struct rule *const *r = rules; *r; r++)
		array_push(ret);
	array_each (&j->findings, f)
		cause_add(&ret->items[rule_rank(f->id)], f);
}

static void add_findings(struct prom *p, const cause_sums *sums)
{
	prom_family(p, "unfin_findings", PROM_GAUGE, "Findings by cause and severity; none where nothing was found.");
	array_each (sums, c)
		for (unsigned s = SEVERITY_INFO; s <= SEVERITY_CRITICAL; s++)
			if (c->findings[s])
				prom_sample(p, (double)c->findings[s], "cause", rules[c - sums->items]->id, "severity",
				            severity_name(s));
}

static void add_ends(struct prom *p, const cause_sums *sums, const struct moment *m)
{
	prom_family(p, "unfin_findings_end_timestamp_seconds", PROM_GAUGE,
	            "When the first limit that findings of this cause eat is reached; absent where nothing proves it.");
	array_each (sums, c)
		if (c->end_known)
			prom_sample(p, (double)(m->taken_unix_ms / MS_PER_S + c->end_s), "cause",
			            rules[c - sums->items]->id);
}

static void add_unfinished(struct prom *p, const cause_sums *sums)
{
	prom_family(p, "unfin_unfinished", PROM_GAUGE, "Connections that findings of this cause are about.");
	array_each (sums, c)
		if (c->counts)
			prom_sample(p, (double)c->connections, "cause", rules[c - sums->items]->id);
	prom_family(p, "unfin_unfinished_oldest_seconds", PROM_GAUGE,
	            "Age of the oldest socket that findings of this cause are about, at the least.");
	array_each (sums, c)
		if (c->oldest_known)
			prom_sample(p, (double)c->oldest_ms / MS_PER_S, "cause", rules[c - sums->items]->id);
}

static void add_verdict(struct prom *p, const struct judgement *j)
{
	prom_family(p, "unfin_verdict", PROM_GAUGE, "1 for what the last look was judged to be, 0 for the others.");
	for (enum verdict v = VERDICT_OK; v <= VERDICT_UNKNOWN; v++)
		prom_sample(p, v == j->verdict, "verdict", verdict_name(v));
}

/* Where something was not seen, none seen does not mean that there is none. */
static void add_states(struct prom *p, const struct moment *m)
{
	bool complete = moment_is_complete(m);
	uint64_t counts[STATE_COUNT];

	moment_count_states(m, counts);
	prom_family(p, "unfin_sockets", PROM_GAUGE,
	            "TCP sockets by state, all namespaces in scope; a lower bound while unfin_look_complete is 0.");
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++)
		if (counts[s] || complete)
			prom_sample(p, (double)counts[s], "state", state_json(s));
}

static void add_gaps(struct prom *p, const struct moment *m)
{
	size_t facts = 0, names = 0;

	array_each (&m->coverage.gaps, g)
		*(g->names_only ? &names : &facts) += 1;
	prom_family(p, "unfin_look_gaps", PROM_GAUGE,
	            "What could not be seen: kinds of facts, or of names alone. unfin check tells which.");
	prom_sample(p, (double)facts, "kind", "facts");
	prom_sample(p, (double)names, "kind", "names");
}

static void add_netns(struct prom *p, const struct moment *m)
{
	size_t seen = 0, unseen = 0;

	array_each (&m->netns, n)
		if (n->in_scope)
			*(n->table_seen ? &seen : &unseen) += 1;
	prom_family(p, "unfin_netns", PROM_GAUGE, "Network namespaces in scope: seen, or not to be entered.");
	prom_sample(p, (double)seen, "result", "seen");
	prom_sample(p, (double)unseen, "result", "unseen");
}

static void add_coverage(struct prom *p, const struct moment *m)
{
	const struct coverage *c = &m->coverage;

	prom_value(p, "unfin_last_look_timestamp_seconds", PROM_GAUGE, "When the last look ended.",
	           (double)m->taken_unix_ms / MS_PER_S);
	prom_value(p, "unfin_look_complete", PROM_GAUGE,
	           "1 if the last look saw all that a verdict may need; else what is not told may be there.",
	           moment_is_complete(m));
	add_gaps(p, m);
	prom_family(p, "unfin_look_sockets", PROM_GAUGE, "Sockets that were seen, and that the kernel counts.");
	prom_sample(p, (double)c->sockets_seen, "by", "unfin");
	prom_sample(p, (double)c->sockets_kernel, "by", "kernel");
	add_netns(p, m);
	prom_value(p, "unfin_look_calls_watched", PROM_GAUGE,
	           "1 if failing calls were watched; else none told does not mean that none failed.",
	           m->window.calls_watched);
	prom_value(p, "unfin_look_narrowed", PROM_GAUGE, "1 if a part was left out on request.", m->narrowed.count > 0);
}

/* Of each kind of limit the row that is fullest, and the one that ends first. */
struct limit_sum {
	const struct limit *fullest;
	double end_s;
	bool end_known;
};

static double share_of(const struct limit *l)
{
	return (double)l->used / (double)l->limit;
}

static void limit_sum_add(struct limit_sum *sum, const struct limit *l)
{
	const struct forecast *f = &l->forecast;

	if (!l->limit)
		return;
	if (!sum->fullest || share_of(l) > share_of(sum->fullest))
		sum->fullest = l;
	if (!f->known || f->never || !f->steady)
		return;
	sum->end_s = sum->end_known ? MIN(sum->end_s, f->s) : f->s;
	sum->end_known = true;
}

static void write_limits(struct prom *p, const struct limit_sum *sums, const struct moment *m)
{
	prom_family(p, "unfin_budget_used", PROM_GAUGE, "Use of the fullest one of a kind of limits.");
	for (unsigned k = 0; k < LIMIT_KINDS; k++)
		if (sums[k].fullest)
			prom_sample(p, (double)sums[k].fullest->used, "budget", limit_id(k));
	prom_family(p, "unfin_budget_limit", PROM_GAUGE, "Limit of the fullest one of a kind, in the same unit.");
	for (unsigned k = 0; k < LIMIT_KINDS; k++)
		if (sums[k].fullest)
			prom_sample(p, (double)sums[k].fullest->limit, "budget", limit_id(k));
	prom_family(p, "unfin_budget_end_timestamp_seconds", PROM_GAUGE,
	            "When the first one of a kind is used up at a steady growth; absent where nothing proves it.");
	for (unsigned k = 0; k < LIMIT_KINDS; k++)
		if (sums[k].end_known)
			prom_sample(p, (double)m->taken_unix_ms / MS_PER_S + sums[k].end_s, "budget", limit_id(k));
}

static void add_limits(struct prom *p, const struct limits *limits)
{
	struct limit_sum sums[LIMIT_KINDS] = { 0 };

	array_each (&limits->rows, l)
		limit_sum_add(&sums[l->kind], l);
	write_limits(p, sums, limits->moment);
}

void metrics_add_judged(struct prom *p, const struct moment *m, const struct judgement *j, const struct limits *limits)
{
	cause_sums sums = { 0 };

	causes_sum(j, &sums);
	prom_family(p, "unfin_build_info", PROM_GAUGE, "The version of unfin.");
	prom_sample(p, 1, "version", UNFIN_VERSION);
	add_verdict(p, j);
	add_coverage(p, m);
	add_states(p, m);
	add_findings(p, &sums);
	add_ends(p, &sums, m);
	add_limits(p, limits);
	add_unfinished(p, &sums);
	metrics_add_services(p, m, j);
	array_free(&sums);
}

void metrics_moment(struct text *out, const struct moment *m, const struct judgement *j, size_t most)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(m);
	cleanup(limits_free) struct limits limits = { 0 };
	struct prom p = PROM(out, most);

	limits_collect(map, &limits);
	metrics_add_judged(&p, m, j, &limits);
	prom_end(&p, 0);
}
