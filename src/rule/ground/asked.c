#include "asked.h"

struct worker {
	uint32_t opened; /* connections */
	uint32_t asked;  /* the last of them, if it has asked there; else SOCKET_NONE */
};

/* We have sent, and nothing has come back since, or ever. Stamps are as fine as a tick of the kernel. */
static bool is_unanswered(const struct socket *s)
{
	return s->state == STATE_ESTABLISHED && socket_has(s, SOCKET_TIMES_KNOWN) && !s->recv_q &&
	       (!s->received_bytes || s->since_data_ms > s->since_sent_ms);
}

/* By process. The caller frees them. */
static struct worker *find_workers(const struct moment *m)
{
	struct worker *workers = memory_zeroed((m->processes.count + 1) * sizeof(*workers));

	array_each (&m->sockets, s) {
		if (s->role != ROLE_CLIENT)
			continue;
		moment_each_holder (m, s, h) {
			workers[h->process].opened++;
			workers[h->process].asked = is_unanswered(s) ? (uint32_t)(s - m->sockets.items) : SOCKET_NONE;
		}
	}
	return workers;
}

/* Another holder is its child: it keeps the listener for that one. */
static bool is_master(const struct moment *m, const struct socket *listener, uint32_t process)
{
	moment_each_holder (m, listener, h)
		if (m->processes.items[h->process].ppid == m->processes.items[process].pid)
			return true;
	return false;
}

bool asked_by_all(struct inquiry *q, uint32_t listener, socket_list *ret)
{
	const struct moment *m = q->moment;
	const struct socket *s = &m->sockets.items[listener];
	cleanup(cleanup_free) struct worker *workers = find_workers(m);

	moment_each_holder (m, s, h) {
		const struct worker *w = &workers[h->process];
		if (is_master(m, s, h->process))
			continue;
		if (w->opened != 1 || w->asked == SOCKET_NONE) { /* several are a pool, or an event loop */
			ret->count = 0;
			return false;
		}
		*array_push(ret) = w->asked;
	}
	return ret->count > 0;
}
