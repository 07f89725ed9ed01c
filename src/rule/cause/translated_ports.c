/* NAT has no port left for one destination: the first packets of new connections are dropped, connect() hangs, and no
 * errno and no socket of this host tells why. What tells is conntrack: it drops though its table has room, and every
 * port that was seen in use is held. The rule's own range is not seen, so it stays likely. */
#include "translated_ports.h"
#include "rule/ground/texts.h"
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

static void translated_ports_tell(struct inquiry *q, const struct rule *rule, const struct translation *t)
{
	const struct moment *m = q->moment;
	struct finding *f = finding_new(q, rule->id, "NAT has no port left for one destination: connect() to it hangs");
	TEXT_CLEANUP source = { 0 }, destination = { 0 };

	addr_format(&source, &t->source.addr);
	endpoint_format(&destination, &t->destination);
	f->netns = t->netns;
	f->peer = arena_strdup(q->arena, destination.bytes);
	f->subject_why = "no process: the ports are shared by all behind this NAT";
	f->count = t->count;
	f->confidence = CONFIDENCE_LIKELY;
	f->limit_reached = true;
	*array_push(&f->budgets) =
	        (struct budget){ .what = arena_printf(q->arena, "ports of %s to %s", source.bytes, f->peer),
		                 .unit = "ports",
		                 .used = t->count,
		                 .limit = translation_ports(t),
		                 .own = t->count };
	finding_evidence(q, f, "conntrack has %s connections from %s to there, on ports %u-%u: %s of these are held",
	                 count_text(q, t->count), source.bytes, t->port_low, t->port_high,
	                 t->count >= translation_ports(t) ? "all" : "nearly all");
	finding_evidence(q, f, "it dropped %s packets while watched, though its table has room",
	                 count_text(q, dropped(&m->netns.items[t->netns])));
	if (t->socketless)
		finding_evidence(q, f, "%s of the connections have no socket in view: closed, or another host's",
		                 count_text(q, t->socketless));
	finding_or_else(f, NULL, "the rule gives more ports than are in use, and the drops are of other packets",
	                "nft list ruleset; iptables-save");
	finding_now(f, "put more ports into the rule (it names a range), or more addresses to translate to", NULL);
	finding_for_good(f, "open fewer connections: close what is done with, and reuse what is not", NULL);
	finding_more(f, "what each destination holds", "unfin ports");
	finding_more(f, "what it means", "unfin explain ports-exhausted");
}

void translated_ports_judge(struct inquiry *q, const struct rule *rule, uint32_t netns)
{
	const struct moment *m = q->moment;
	const struct netns *n = &m->netns.items[netns];

	if (!dropped(n) || !table_has_room(m, n))
		return;
	array_each (&m->translations, t)
		if (t->netns == netns && translation_is_full(t))
			translated_ports_tell(q, rule, t);
}

bool is_translated_ports(const struct finding *f)
{
	return streq(f->id, "ports-exhausted") && f->peer;
}

/* Behind the NAT: of another finding's connections, those that lead to this destination. */
static size_t count_towards(const struct moment *m, const struct finding *f, const struct endpoint *destination)
{
	size_t count = 0;

	array_each (&f->sockets, s)
		count += endpoint_same(&m->sockets.items[*s].peer, destination);
	return count;
}

/* They are not matched one by one, for NAT may have given them other ports: it is known that all of them go there. */
const struct finding *translated_ports_cause(struct inquiry *q, const struct finding *f)
{
	struct endpoint destination;

	if (endpoint_parse(f->peer, &destination))
		return NULL;
	array_each (&q->findings, other)
		if (other != f && !rule_of(other)->explains_no_socket && !streq(other->id, "peer-unreachable") &&
		    count_towards(q->moment, other, &destination) * 2 >= f->count)
			return other;
	return NULL;
}

const struct finding *translated_ports_towards(struct inquiry *q, const char *peer)
{
	array_each (&q->findings, f)
		if (is_translated_ports(f) && peer && streq(f->peer, peer))
			return f;
	return NULL;
}
