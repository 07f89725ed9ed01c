/* The table of connection tracking is full: the first packet of a new connection is dropped. connect() does not fail,
 * it hangs; who is seen to give up is a victim, and who still waits is named. */
#include "rule/ground/texts.h"
#include "kernel_limit.h"
#include <errno.h>

/* The counter is the host's, the table is the namespace's: it tells only of one that is nearly full. */
static uint64_t drops(const struct moment *m, const struct limit *l)
{
	const struct netns *n = &m->netns.items[l->netns];

	return limit_is_nearly_used(l) ? n->totals.conntrack_drops - n->before.conntrack_drops : 0;
}

static bool is_unanswered(const struct socket *s, uint32_t netns)
{
	return s->netns == netns && s->state == STATE_SYN_SENT && s->retransmits;
}

static void tell_victims(struct inquiry *q, struct finding *f)
{
	const struct moment *m = q->moment;
	uint64_t waiting = 0;
	uint32_t waiter = PROCESS_NONE;

	array_each (&m->failures, failure)
		if (failure->netns == f->netns && failure->call == CALL_CONNECT && failure->error == ETIMEDOUT)
			finding_victim(q, f, failure);
	array_each (&m->sockets, s) {
		if (!is_unanswered(s, f->netns))
			continue;
		waiting++;
		moment_each_holder (m, s, h)
			waiter = h->process;
	}
	if (waiter != PROCESS_NONE)
		finding_evidence(q, f, "%s handshakes were sent again and wait for an answer, one of them by %s",
		                 count_text(q, waiting), process_text(q, waiter));
}

static const struct kernel_limit limit = {
	.kind = LIMIT_CONNTRACK,
	.grew = "packets of new connections were dropped",
	.now = "make room: raise net.netfilter.nf_conntrack_max on the host",
	.for_good = "open fewer connections: keep them and use them again",
	.grown = drops,
	.tell = tell_victims,
};

static void conntrack_full_judge(struct inquiry *q, const struct rule *rule)
{
	kernel_limit_judge(q, rule, &limit);
}

const struct rule rule_conntrack_full = {
	.id = "conntrack-full",
	.title = "the table of connection tracking is full, or nearly: new connections are dropped",
	.judge = conntrack_full_judge,
	.explains_no_socket = true,
};
