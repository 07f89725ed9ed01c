/* A lowered tcp_max_tw_buckets: from there on the kernel ends connections at their close, without the wait that
 * protects the next one from their late segments. */
#include "kernel_limit.h"

static uint64_t overflows(const struct moment *m, const struct limit *l)
{
	const struct netns *n = &m->netns.items[l->netns];

	return n->totals.time_wait_overflows - n->before.time_wait_overflows;
}

static const struct kernel_limit limit = {
	.kind = LIMIT_TIME_WAIT,
	.grew = "connections skipped their TIME-WAIT",
	.now = "set net.ipv4.tcp_max_tw_buckets back to its default or higher: a low value gains nothing",
	.for_good = "remove the line that lowers it from /etc/sysctl.conf or /etc/sysctl.d",
	.grown = overflows,
};

static void time_wait_overflow_judge(struct inquiry *q, const struct rule *rule)
{
	kernel_limit_judge(q, rule, &limit);
}

const struct rule rule_time_wait_overflow = {
	.id = "time-wait-overflow",
	.title = "tcp_max_tw_buckets cuts TIME-WAIT off: its protection is lost",
	.judge = time_wait_overflow_judge,
	.explains_no_socket = true,
};
