/* All TCP sockets of the host together use up their memory (tcp_mem): from its second number on buffers are cut, at the
 * third one data is dropped and connections are reset. */
#include "rule/ground/texts.h"
#include "kernel_limit.h"

/* The second number is two thirds of the third one, unless somebody set them otherwise (tcp_init_mem). */
static bool is_under_pressure(const struct limit *l)
{
	return l->used * 3 >= l->limit * 2;
}

/* A single full buffer is pruned as well: only under pressure these counters tell of the memory of all. */
static uint64_t cuts(const struct moment *m, const struct limit *l)
{
	uint64_t count = 0;

	array_each (&m->netns, n)
		if (is_under_pressure(l))
			count +=
			        n->totals.pruned - n->before.pruned + n->totals.memory_aborts - n->before.memory_aborts;
	return count;
}

static void tell_pressures(struct inquiry *q, struct finding *f)
{
	const struct moment *m = q->moment;
	uint64_t count = 0;

	array_each (&m->netns, n)
		count += n->totals.memory_pressures - n->before.memory_pressures;
	if (count)
		finding_evidence(q, f, "the kernel began to shrink buffers (TCPMemoryPressures grew by %s)",
		                 count_text(q, count));
}

static const struct kernel_limit limit = {
	.kind = LIMIT_MEMORY,
	.grew = "buffers were cut or connections reset for want of memory",
	.now = "make room: raise the third number of net.ipv4.tcp_mem, if the host has the memory",
	.for_good = "find who holds the most, and make it read or close: `unfin list --sort -recv_q`, `--sort -send_q`",
	.grown = cuts,
	.tell = tell_pressures,
};

static void tcp_memory_judge(struct inquiry *q, const struct rule *rule)
{
	kernel_limit_judge(q, rule, &limit);
}

const struct rule rule_tcp_memory = {
	.id = "tcp-memory",
	.title = "all TCP sockets together use up their memory: data is dropped",
	.judge = tcp_memory_judge,
	.explains_no_socket = true,
};
