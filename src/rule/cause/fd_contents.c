#include "fd_contents.h"
#include "rule/ground/texts.h"

enum { IDLE_MS = 60000 };

static bool is_idle(const struct socket *s)
{
	return s->state == STATE_ESTABLISHED && socket_has(s, SOCKET_TIMES_KNOWN) && s->since_data_ms >= IDLE_MS &&
	       s->since_sent_ms >= IDLE_MS;
}

/* One of these ends more than half, if any does (Boyer and Moore): then it is counted. */
static void find_peer(const struct moment *m, const socket_list *sockets, struct fd_contents *c)
{
	size_t lead = 0;

	array_each (sockets, s) {
		const struct endpoint *peer = &m->sockets.items[*s].peer;
		if (!lead)
			c->peer = *peer;
		lead += endpoint_same(peer, &c->peer) ? 1 : -1;
	}
	array_each (sockets, s)
		c->to_peer += endpoint_same(&m->sockets.items[*s].peer, &c->peer);
	if (c->to_peer * 2 <= sockets->count)
		c->peer.port = 0;
}

struct fd_contents fd_contents_of(const struct moment *m, const socket_list *sockets)
{
	struct fd_contents c = { .sockets = sockets->count, .most = STATE_ESTABLISHED };
	uint64_t by_state[STATE_COUNT] = { 0 };

	array_each (sockets, at) {
		const struct socket *s = &m->sockets.items[*at];
		bool is_over = s->state == STATE_CLOSE;
		c.dead += is_over && socket_has(s, SOCKET_WAS_CONNECTED);
		c.never_connected += is_over && !socket_has(s, SOCKET_WAS_CONNECTED);
		c.idle += is_idle(s);
		by_state[s->state] += !is_over;
	}
	for (enum tcp_state s = STATE_ESTABLISHED; s < STATE_COUNT; s++)
		c.most = by_state[s] > by_state[c.most] ? s : c.most;
	c.in_most = by_state[c.most];
	find_peer(m, sockets, &c);
	return c;
}

void fd_contents_tell(struct inquiry *q, struct finding *f, const struct fd_contents *c, uint64_t used)
{
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "%s of its %s descriptors %s TCP sockets", count_text(q, c->sockets), count_text(q, used),
	            is_are(c->sockets));
	if (c->in_most)
		text_printf(&t, "; %s in %s", count_text(q, c->in_most), state_people(c->most));
	if (c->idle)
		text_printf(&t, "; %s idle for more than a minute", count_text(q, c->idle));
	if (c->dead)
		text_printf(&t, "; %s dead, and never closed", count_text(q, c->dead));
	if (c->never_connected)
		text_printf(&t, "; %s never connected: their connect() failed, or was never called",
		            count_text(q, c->never_connected));
	if (c->peer.port)
		text_printf(&t, "; %s to %s", count_text(q, c->to_peer), endpoint_text(q, &c->peer));
	finding_evidence(q, f, "%s", t.bytes);
}
