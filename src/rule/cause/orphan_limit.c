/* More closed connections than the kernel will finish (tcp_max_orphans, host-wide): it resets them, and what was on its
 * way is lost. */
#include "kernel_limit.h"

/* The kernel counts an orphan whose peer does not answer up to fourfold (tcp_out_of_resources). */
static bool may_bite(const struct limit *l)
{
	return l->used * 4 >= l->limit;
}

/* TCPAbortOnMemory counts for lack of memory as well (tcp_check_oom): it tells of orphans only where these are many. */
static uint64_t aborts(const struct moment *m, const struct limit *l)
{
	uint64_t count = 0;

	array_each (&m->netns, n)
		count += may_bite(l) ? n->totals.memory_aborts - n->before.memory_aborts : 0;
	return count;
}

static const struct kernel_limit limit = {
	.kind = LIMIT_ORPHANS,
	.grew = "sockets were aborted",
	.now = "make room: raise net.ipv4.tcp_max_orphans on the host",
	.for_good = "find the peers that do not finish: `unfin list unowned == orphan`",
	.grown = aborts,
};

static void orphan_limit_judge(struct inquiry *q, const struct rule *rule)
{
	kernel_limit_judge(q, rule, &limit);
}

const struct rule rule_orphan_limit = {
	.id = "orphan-limit",
	.title = "too many orphaned connections: the kernel resets them",
	.judge = orphan_limit_judge,
	.explains_no_socket = true,
};
