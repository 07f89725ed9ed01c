/* EADDRNOTAVAIL that no port can cure: bind() names an address that this network namespace does not have, or has not
 * yet; connect() finds no source address for its destination, as where IPv6 is off. */
#include "rule/ground/budgets.h"
#include "rule/ground/failures.h"
#include "rule/ground/steps.h"
#include "rule/ground/texts.h"
#include "rule/rule.h"
#include <errno.h>

enum { SHOWN_MOST = 6 };

static bool is_victim(const struct moment *m, const struct failure *f)
{
	if (f->error != EADDRNOTAVAIL || !f->target_known || f->netns >= m->netns.count)
		return false;
	if (f->call == CALL_BIND)
		return m->netns.items[f->netns].addresses_known && !addr_is_any(&f->target.addr);
	return f->call == CALL_CONNECT && !f->source.port && !address_serves(m, f->netns, &f->target.addr);
}

static bool same_wish(const struct failure *a, const struct failure *b)
{
	return a->netns == b->netns && a->call == b->call && addr_same(&a->target.addr, &b->target.addr);
}

static void tell_addresses(struct inquiry *q, struct finding *f, bool v4)
{
	const struct moment *m = q->moment;
	unsigned count = 0;
	TEXT_CLEANUP t = { 0 };

	array_each (&m->addresses, l) {
		if (l->netns != f->netns || addr_is_v4(&l->range.addr) != v4)
			continue;
		if (count++ >= SHOWN_MOST)
			continue;
		text_printf(&t, "%s%s", t.length ? ", " : "", addr_text(q, &l->range.addr));
		if (l->range.bits < 128)
			text_printf(&t, "/%u", l->range.bits - (v4 ? 96U : 0U));
	}
	if (count > SHOWN_MOST)
		text_printf(&t, " and %u more", count - SHOWN_MOST);
	finding_evidence(q, f, "the %s addresses of this network namespace: %s", v4 ? "IPv4" : "IPv6",
	                 count ? t.bytes : "none");
}

static void tell_off(struct inquiry *q, struct finding *f, const struct addr *a)
{
	const struct netns *n = &q->moment->netns.items[f->netns];

	if (addr_is_v4(a) || !(n->ipv6_off || n->ipv6_off_on_loopback))
		return;
	finding_evidence(q, f, "IPv6 is switched off here: net.ipv6.conf.%s.disable_ipv6 is 1",
	                 n->ipv6_off ? "all" : "lo");
	finding_now(f, "use 127.0.0.1 or another IPv4 address instead (localhost may mean ::1), or switch IPv6 on",
	            arena_printf(q->arena, "sysctl -w net.ipv6.conf.%s.disable_ipv6=0", n->ipv6_off ? "all" : "lo"));
	advise_keep(q, f, n->ipv6_off ? "net.ipv6.conf.all.disable_ipv6" : "net.ipv6.conf.lo.disable_ipv6");
}

/* Why bind() is refused, as it stands now. */
static const char *title_of_bind(struct inquiry *q, struct finding *f, const struct addr *a)
{
	const struct local_address *which = NULL;

	switch (address_find(q->moment, f->netns, a, &which)) {
	case ADDRESS_UNREADY:
		finding_evidence(q, f, "%s is there, and %s", addr_text(q, a),
		                 which->state == ADDRESS_DUPLICATE
		                         ? "another host has it, too: duplicate address detection failed"
		                 : which->link_down ? "tentative: its link is down, so that it cannot be tested"
		                                    : "tentative: duplicate address detection still runs");
		return "cannot bind: its address is not ready yet";
	case ADDRESS_THERE:
		finding_evidence(q, f, "%s is there by now: it came later than the call", addr_text(q, a));
		return "could not bind: its address came later";
	default:
		finding_evidence(q, f, "%s is not among the addresses here", addr_text(q, a));
		return "cannot bind: its address is not one of this network namespace";
	}
}

static void advise_bind(struct inquiry *q, struct finding *f, const struct addr *a)
{
	finding_now(f,
	            "correct the address in its configuration, or listen on the wildcard; if it belongs here, add it",
	            NULL);
	finding_for_good(
	        f, "if it comes later (a virtual address, a slow link), let bind() take it in advance",
	        arena_printf(q->arena, "sysctl -w net.%s.ip_nonlocal_bind=1", addr_is_v4(a) ? "ipv4" : "ipv6"));
	advise_keep(q, f, addr_is_v4(a) ? "net.ipv4.ip_nonlocal_bind" : "net.ipv6.ip_nonlocal_bind");
}

/* The process itself may have ended. */
static void advise_look(struct inquiry *q, struct finding *f)
{
	const struct netns *n = &q->moment->netns.items[f->netns];

	if (n->self)
		finding_more(f, "the addresses that are there", "ip address");
	else if (n->member_pid)
		finding_more(f, "the addresses that are there",
		             arena_printf(q->arena, "nsenter --net --target %u ip address", n->member_pid));
}

static void tell_call(struct inquiry *q, struct finding *f, const struct failure *first)
{
	const struct addr *a = &first->target.addr;

	if (first->call == CALL_BIND) {
		f->listener = endpoint_text(q, &first->target);
		f->title = title_of_bind(q, f, a);
		tell_addresses(q, f, addr_is_v4(a));
		tell_off(q, f, a);
		advise_bind(q, f, a);
	} else {
		f->peer = endpoint_text(q, &first->target);
		tell_addresses(q, f, addr_is_v4(a));
		tell_off(q, f, a);
	}
	finding_excludes(q, f, "ports-exhausted", "it is the address that is missing: free ports do not matter");
	advise_look(q, f);
}

static void judge_wish(struct inquiry *q, const struct rule *rule, const struct failure *first)
{
	const struct moment *m = q->moment;
	struct finding *f = finding_new(q, rule->id, rule->title);

	f->netns = first->netns;
	f->subject = first->process;
	f->confidence = CONFIDENCE_CERTAIN;
	f->thing = "failed call";
	array_each (&m->failures, failure) {
		if (!is_victim(m, failure) || !same_wish(failure, first))
			continue;
		f->count += failure->count;
		finding_victim(q, f, failure)->copes = failure_copes(m, failure);
	}
	tell_call(q, f, first);
}

static void address_absent_judge(struct inquiry *q, const struct rule *rule)
{
	const struct moment *m = q->moment;

	array_each (&m->failures, f) {
		const struct failure *before = m->failures.items;
		while (before < f && !(is_victim(m, before) && same_wish(before, f)))
			before++;
		if (before == f && is_victim(m, f))
			judge_wish(q, rule, f);
	}
}

const struct rule rule_address_absent = {
	.id = "address-absent",
	.title = "cannot connect: there is no source address for that destination",
	.judge = address_absent_judge,
	.explains_no_socket = true,
};
