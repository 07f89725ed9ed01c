#include "doomed.h"

/* Stamps are kept in jiffies and told in ms. */
enum { ROUNDING_MS = 20 };

static uint32_t count_holders(const struct moment *m, const struct socket *s)
{
	uint32_t count = 0;

	moment_each_holder (m, s, h)
		count++;
	return count;
}

void doomed_fill(struct doomed *d, const struct moment *m, const struct socket *s, uint64_t netns_cookie)
{
	const struct holder *first = moment_holder(m, s->first_holder);

	*d = (struct doomed){ .socket = s, .netns_cookie = netns_cookie, .references = count_holders(m, s) };
	d->references_known = streq(m->source, "bpf");
	if (!first)
		return;
	d->pid = m->processes.items[first->process].pid;
	d->start_boot_ns = m->processes.items[first->process].start_boot_ns;
	d->fd = first->fd;
}

enum record_answer doomed_judge(const struct doomed *d, const struct socket *now)
{
	const struct socket *seen = d->socket;

	if (now->cookie != seen->cookie)
		return ANSWER_OTHER;
	if (now->state != seen->state || now->state == STATE_LISTEN)
		return ANSWER_MOVED;
	if (now->acked_bytes != seen->acked_bytes || now->received_bytes != seen->received_bytes ||
	    now->recv_q != seen->recv_q || now->send_q != seen->send_q)
		return ANSWER_USED;
	if (now->since_ack_ms + ROUNDING_MS < seen->since_ack_ms)
		return ANSWER_USED;
	return ANSWER_FITS;
}
