/* A setting that hurts: named only where it costs something here, and said what it really does. */
#include "ages.h"
#include "model/ports.h"
#include "rule.h"

enum { RESERVED_PERCENT = 75 };

/* The list of reserved ports, meant for a few services, covers most of the range that it is cut out of. */
static void judge_reserved(const struct moment *m, const struct rule *rule, struct judgement *j, uint32_t netns)
{
	const struct netns *n = &m->netns.items[netns];
	uint32_t all = (uint32_t)n->port_last - n->port_first + 1, usable = ports_usable(n);

	if (!n->port_first || !n->reserved || (uint64_t)(all - usable) * 100 < (uint64_t)all * RESERVED_PERCENT)
		return;
	struct finding *f = finding_new(j, rule->id, "ip_local_reserved_ports takes most of the range of local ports");
	f->netns = netns;
	f->subject_why = "a setting: who wrote it must act";
	f->confidence = CONFIDENCE_CERTAIN;
	finding_evidence(j, f, "of ports %u-%u only %s are left for connect() and bind(port 0): %s are reserved",
	                 n->port_first, n->port_last, count_text(j, usable), count_text(j, all - usable));
	finding_advice(f, "reserve the ports of your listeners only, or widen net.ipv4.ip_local_port_range", NULL);
	finding_advice(f, "what is left, to where", "unfin ports");
	finding_advice(f, "what it means", "unfin explain bad-sysctl");
}

static void bad_sysctl_judge(const struct moment *m, const struct rule *rule, struct judgement *j)
{
	for (uint32_t n = 0; n < m->netns.count; n++)
		if (m->netns.items[n].in_scope)
			judge_reserved(m, rule, j, n);
}

const struct rule rule_bad_sysctl = {
	.id = "bad-sysctl",
	.title = "a setting that hurts",
	.judge = bad_sysctl_judge,
};
