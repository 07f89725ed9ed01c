#include "listeners.h"

struct row {
	uint64_t place; /* namespace and port */
	uint32_t socket;
};

struct listeners {
	ARRAY(struct row) rows;
};

static uint64_t place_of(uint32_t netns, uint16_t port)
{
	return (uint64_t)netns << 16 | port;
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = CMP(x->place, y->place);

	return order ? order : CMP(x->socket, y->socket);
}

static const struct listeners *inquiry_listeners(struct inquiry *q)
{
	const struct moment *m = q->moment;

	if (q->listeners)
		return q->listeners;
	q->listeners = memory_zeroed(sizeof(*q->listeners));
	array_each (&m->sockets, s)
		if (s->state == STATE_LISTEN)
			*array_push(&q->listeners->rows) =
			        (struct row){ place_of(s->netns, s->local.port), (uint32_t)(s - m->sockets.items) };
	array_sort(&q->listeners->rows, compare_rows);
	return q->listeners;
}

/* The first row that is not below this place. */
static size_t first_row(const struct listeners *l, uint64_t place)
{
	size_t low = 0, high = l->rows.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (l->rows.items[middle].place < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t listener_at(struct inquiry *q, uint32_t netns, const struct endpoint *local)
{
	const struct moment *m = q->moment;
	const struct listeners *l = inquiry_listeners(q);
	uint64_t place = place_of(netns, local->port);
	const struct socket *best = NULL;

	for (size_t i = first_row(l, place); i < l->rows.count && l->rows.items[i].place == place; i++) {
		const struct socket *s = &m->sockets.items[l->rows.items[i].socket];
		if (!addr_is_any(&s->local.addr) && !addr_is_any(&local->addr) &&
		    !addr_same(&s->local.addr, &local->addr))
			continue;
		if (!best || s->recv_q > best->recv_q)
			best = s;
	}
	return best ? (uint32_t)(best - m->sockets.items) : SOCKET_NONE;
}

uint32_t listener_process(struct inquiry *q, uint32_t netns, const struct endpoint *local)
{
	const struct moment *m = q->moment;
	uint32_t listener = listener_at(q, netns, local);
	const struct holder *h =
	        listener == SOCKET_NONE ? NULL : moment_holder(m, m->sockets.items[listener].first_holder);

	return h ? h->process : PROCESS_NONE;
}

uint32_t socket_process(struct inquiry *q, uint32_t socket)
{
	const struct socket *s = &q->moment->sockets.items[socket];
	const struct holder *h = moment_holder(q->moment, s->first_holder);

	return h ? h->process : listener_process(q, s->netns, &s->local);
}

const char *listener_nobody(const struct socket *listener)
{
	if (listener->unowned == UNOWNED_KERNEL)
		return "no process: the kernel itself listens";
	if (listener->unowned == UNOWNED_HIDDEN)
		return "the listener may belong to a process that could not be looked into";
	return "no process that can be seen holds the listener";
}

void listeners_free(struct listeners *listeners)
{
	if (!listeners)
		return;
	array_free(&listeners->rows);
	free(listeners);
}

static const char *any_text(struct inquiry *q, uint16_t port)
{
	return arena_printf(q->arena, "*:%u", port);
}

const char *listener_text(struct inquiry *q, const struct socket *listener)
{
	TEXT_CLEANUP t = { 0 };

	if (addr_is_any(&listener->local.addr))
		return any_text(q, listener->local.port);
	endpoint_format(&t, &listener->local);
	return arena_strdup(q->arena, t.bytes);
}

const char *service_text(struct inquiry *q, uint32_t netns, uint16_t port)
{
	const struct moment *m = q->moment;
	const struct listeners *l = inquiry_listeners(q);
	uint64_t place = place_of(netns, port);
	const struct socket *only = NULL;

	for (size_t i = first_row(l, place); i < l->rows.count && l->rows.items[i].place == place; i++) {
		const struct socket *s = &m->sockets.items[l->rows.items[i].socket];
		if (only && !addr_same(&only->local.addr, &s->local.addr))
			return any_text(q, port);
		only = s;
	}
	return only ? listener_text(q, only) : any_text(q, port);
}
