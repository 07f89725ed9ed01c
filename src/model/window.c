#include "window.h"

/* Of the earlier look, and not seen again so far. Never leaves this file. */
#define STALE (1U << 31)

enum { WINDOW_FLAGS = SOCKET_NEW | SOCKET_STATE_NEW | SOCKET_SENT | SOCKET_RECEIVED | SOCKET_READ | SOCKET_DROPPED };

void look_begin(struct look *k, struct moment *m, bool second)
{
	if (!second)
		m->sockets.count = m->holders.count = 0;
	*k = (struct look){ .moment = m, .second = second, .earlier = second ? m->sockets.count : 0 };
	if (m->window.from_boot_ns)
		k->between_ms = (m->taken_boot_ns - m->window.from_boot_ns) / NS_PER_MS;
	m->window.from_boot_ns = 0; /* a look that is taken once more has no time between */
	index_init(&k->sockets, NULL, sizeof(struct socket), k->earlier);
	if (!k->earlier)
		return;
	index_move(&k->sockets, &m->sockets.items[0].cookie);
	k->owners = memory_resize(NULL, k->earlier, sizeof(*k->owners));
	for (uint32_t i = 0; i < k->earlier; i++) {
		struct socket *s = &m->sockets.items[i];
		const struct holder *h = moment_holder(m, s->first_holder);
		k->owners[i] = h ? h->process : HOLDER_NONE;
		s->first_holder = HOLDER_NONE;
		s->flags = (s->flags & ~(uint32_t)WINDOW_FLAGS) | STALE;
		index_add(&k->sockets, i);
	}
	m->holders.count = 0;
}

bool look_saw(const struct socket *s)
{
	return !socket_has(s, STALE);
}

struct socket *look_find(const struct look *k, uint64_t cookie)
{
	uint32_t found = index_find(&k->sockets, cookie);

	if (found == INDEX_NONE || socket_has(&k->moment->sockets.items[found], STALE))
		return NULL;
	return &k->moment->sockets.items[found];
}

/* The peer's FIN has arrived. */
static bool fin_came(const struct socket *s)
{
	return s->state == STATE_CLOSE_WAIT || s->state == STATE_LAST_ACK || s->state == STATE_CLOSING ||
	       s->state == STATE_TIME_WAIT;
}

/* Our FIN was acknowledged. */
static bool fin_acked(const struct socket *s)
{
	return s->state == STATE_FIN_WAIT2 || s->state == STATE_TIME_WAIT;
}

static bool eof_read(const struct socket *s)
{
	return fin_came(s) && !s->recv_q;
}

/* Bytes that are none: the kernel counts our SYN and each FIN as one, in acknowledged, received and unread
 * bytes alike (measured). Totals are the low 32 bits, so differences are right across a wrap. */
static uint32_t progress(const struct socket *was, const struct socket *is)
{
	uint32_t flags = 0;

	if (is->state == STATE_LISTEN)
		return was->state == STATE_LISTEN && is->received_bytes != was->received_bytes ? SOCKET_DROPPED : 0;
	if (!socket_has(was, SOCKET_TIMES_KNOWN) || !socket_has(is, SOCKET_TIMES_KNOWN))
		return 0;
	if (is->timer == TIMER_TIME_WAIT)
		return 0; /* these count nothing */
	uint32_t sent = is->acked_bytes - was->acked_bytes - (fin_acked(is) && !fin_acked(was)) -
	                (was->state == STATE_SYN_SENT);
	uint32_t received = is->received_bytes - was->received_bytes - (fin_came(is) && !fin_came(was));
	uint32_t read = is->received_bytes - is->recv_q - (was->received_bytes - was->recv_q);
	read -= eof_read(is) && !eof_read(was);
	if ((int32_t)sent > 0)
		flags |= SOCKET_SENT;
	if ((int32_t)received > 0)
		flags |= SOCKET_RECEIVED;
	if ((int32_t)read > 0)
		flags |= SOCKET_READ;
	return flags;
}

/* A stamp that is moved on again and again tells of no time; that it had finished by then does. */
static uint32_t finished_ms(const struct look *k, const struct socket *was, const struct socket *is)
{
	struct age age = socket_finished_age(was);

	if (age.basis == AGE_UNKNOWN || socket_finished_age(is).basis == AGE_UNKNOWN)
		return 0;
	return (uint32_t)MIN(age.min_ms + k->between_ms, (uint64_t)UINT32_MAX);
}

static void keep_trail(struct moment *m, const struct socket *s, uint32_t owner, bool kept)
{
	struct trail *t = array_push(&m->gone);
	struct age age = socket_age(s);

	*t = (struct trail){
		.cookie = s->cookie,
		.local = s->local,
		.peer = s->peer,
		.process = owner,
		.netns = s->netns,
		.age_min_ms = (uint32_t)MIN(age.min_ms, (uint64_t)UINT32_MAX),
		.acked_bytes = s->acked_bytes,
		.received_bytes = s->received_bytes,
		.recv_q = s->recv_q,
		.state = s->state,
		.role = s->role,
		.age_exact = age.basis == AGE_EXACT,
		.kept = kept,
	};
}

static struct socket *look_add(struct look *k, const struct socket *facts)
{
	struct moment *m = k->moment;
	struct socket *s = array_push(&m->sockets);

	*s = *facts;
	if (k->second)
		s->flags |= SOCKET_NEW;
	index_move(&k->sockets, &m->sockets.items[0].cookie);
	index_add(&k->sockets, (uint32_t)m->sockets.count - 1);
	return s;
}

struct socket *look_put(struct look *k, const struct socket *facts)
{
	uint32_t found = index_find(&k->sockets, facts->cookie);
	uint32_t flags = 0, finished;

	if (found == INDEX_NONE)
		return look_add(k, facts);
	struct socket *s = &k->moment->sockets.items[found];
	if (found < k->earlier) {
		flags = (s->flags & WINDOW_FLAGS) | progress(s, facts);
		finished = socket_has(s, STALE) ? finished_ms(k, s, facts) : s->finished_ms;
		if (s->state != facts->state)
			flags |= SOCKET_STATE_NEW;
		if (k->owners[found] != HOLDER_NONE && !socket_has(facts, SOCKET_HAS_FILE)) {
			keep_trail(k->moment, s, k->owners[found], true);
			k->owners[found] = HOLDER_NONE;
		}
	} else {
		flags = s->flags & WINDOW_FLAGS;
		finished = s->finished_ms;
	}
	*s = *facts;
	s->flags |= flags;
	s->finished_ms = finished;
	return s;
}

void look_end(struct look *k)
{
	struct moment *m = k->moment;
	size_t kept = 0;

	for (size_t i = 0; i < m->sockets.count; i++) {
		const struct socket *s = &m->sockets.items[i];
		if (i < k->earlier && socket_has(s, STALE))
			keep_trail(m, s, k->owners[i], false);
		else if (kept++ != i)
			m->sockets.items[kept - 1] = *s;
	}
	m->sockets.count = kept;
	index_free(&k->sockets);
	free(k->owners);
}

void look_drop(struct look *k)
{
	k->moment->sockets.count = 0;
	k->moment->holders.count = 0;
	index_free(&k->sockets);
	free(k->owners);
}
