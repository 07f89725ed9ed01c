/* NAT has no port left for one destination: the first packets of new connections are dropped, connect() hangs, and no
 * errno and no socket of this host tells why. What tells is conntrack: it drops though its table has room, and every
 * port that was seen in use is held. The rule's own range is not seen, so it stays likely. */
#include "translated_ports.h"
#include "rule/ground/ages.h"
#include "model/limits.h"
#include "model/translation.h"

enum { TABLE_PERCENT = 95 };

static uint64_t dropped(const struct netns *n)
{
	return n->totals.conntrack_drops - n->before.conntrack_drops;
}

/* Or it is conntrack-full that drops. */
static bool table_has_room(const struct moment *m, const struct netns *n)
{
	return n->totals.conntrack_used * 100 < m->limits.conntrack_limit * TABLE_PERCENT;
}

static void tell(const struct moment *m, const struct rule *rule, struct judgement *j, const struct translation *t)
{
	struct finding *f = finding_new(j, rule->id, "NAT has no port left for one destination: connect() to it hangs");
	TEXT_CLEANUP source = { 0 }, destination = { 0 };

	addr_format(&source, &t->source.addr);
	endpoint_format(&destination, &t->destination);
	f->netns = t->netns;
	f->peer = arena_strdup(j->arena, destination.bytes);
	f->subject_why = "no process: the ports are shared by all behind this NAT";
	f->count = t->count;
	f->confidence = CONFIDENCE_LIKELY;
	f->limit_reached = true;
	*array_push(&f->budgets) =
	        (struct budget){ .what = arena_printf(j->arena, "ports of %s to %s", source.bytes, f->peer),
		                 .unit = "ports",
		                 .used = t->count,
		                 .limit = translation_ports(t),
		                 .own = t->count };
	finding_evidence(j, f, "conntrack has %s connections from %s to there, on ports %u-%u: %s of these are held",
	                 count_text(j, t->count), source.bytes, t->port_low, t->port_high,
	                 t->count >= translation_ports(t) ? "all" : "nearly all");
	finding_evidence(j, f, "it dropped %s packets while watched, though its table has room",
	                 count_text(j, dropped(&m->netns.items[t->netns])));
	if (t->socketless)
		finding_evidence(j, f, "%s of the connections have no socket in view: closed, or another host's",
		                 count_text(j, t->socketless));
	finding_or_else(f, NULL, "the rule gives more ports than are in use, and the drops are of other packets",
	                "nft list ruleset; iptables-save");
	finding_advice(f, "more ports in the rule (it names a range), or more addresses to translate to", NULL);
	finding_advice(f, "fewer connections: close what is done with, keep and use again what is not", NULL);
	finding_advice(f, "what each destination holds", "unfin ports");
	finding_advice(f, "what it means", "unfin explain ports-exhausted");
}

void translated_ports_judge(const struct moment *m, const struct rule *rule, struct judgement *j, uint32_t netns)
{
	const struct netns *n = &m->netns.items[netns];

	if (!dropped(n) || !table_has_room(m, n))
		return;
	array_each (&m->translations, t)
		if (t->netns == netns && translation_is_full(t))
			tell(m, rule, j, t);
}
