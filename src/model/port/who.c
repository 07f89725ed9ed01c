#include "who.h"
#include "walk.h"

/* A child of the very process that cannot bind holds it: that one opened it once, closed it, and the child only
 * inherited it. Workers that share a listener with their master are no such case. */
static bool is_inherited(const struct moment *m, const struct socket *s, const struct port_asker *asker)
{
	if (!asker || !asker->pid)
		return false;
	moment_each_holder (m, s, h)
		if (m->processes.items[h->process].ppid == asker->pid)
			return true;
	return false;
}

/* Without a listener to tell: a number of the range is a client's, any other one was a server's. */
static bool is_served(const struct netns *n, const struct socket *s)
{
	if (s->role == ROLE_SERVER || s->role == ROLE_CLIENT)
		return s->role == ROLE_SERVER;
	return !port_is_usable(n, s->local.port);
}

static enum port_way way_of(const struct moment *m, const struct socket *s, const struct port_asker *asker)
{
	if (s->state == STATE_LISTEN)
		return is_inherited(m, s, asker) ? WAY_INHERITED : WAY_LISTENER;
	if (s->peer.port && endpoint_same(&s->local, &s->peer))
		return WAY_SELF;
	if (s->state == STATE_TIME_WAIT)
		return WAY_TIME_WAIT;
	if (s->unowned == UNOWNED_ORPHAN)
		return WAY_ORPHAN;
	if (!s->peer.port)
		return WAY_BOUND;
	if (is_served(&m->netns.items[s->netns], s))
		return WAY_CHILD;
	return s->state == STATE_CLOSE_WAIT || s->state == STATE_CLOSE ? WAY_LEAKED : WAY_CLIENT;
}

static struct port_seat seat_of(const struct moment *m, uint32_t socket, const struct port_asker *asker)
{
	const struct socket *s = &m->sockets.items[socket];
	struct port_seat seat = { .socket = socket, .way = way_of(m, s, asker) };
	struct port_asker reuse = { .reuseaddr = true }, share = { .reuseport = true, .uid = s->uid };

	seat.yields_to_reuse = !port_option_conflict(&reuse, s, PORT_FIXED);
	seat.yields_to_sharing = !port_option_conflict(&share, s, PORT_FIXED);
	if (asker) {
		seat.dual_stack = addr_is_v4(&asker->local) != addr_is_v4(&s->local.addr);
		seat.other_user = seat.yields_to_sharing && asker->uid != s->uid;
	}
	return seat;
}

static int by_way(const void *a, const void *b)
{
	const struct port_seat *x = a, *y = b;
	int order = CMP(x->way, y->way);

	return order ? order : CMP(x->socket, y->socket);
}

/* Those with this number, in map->order. */
static const uint32_t *owners_of(const struct port_map *map, uint32_t netns, uint16_t port)
{
	const uint32_t *low = map->order + map->begin[netns], *high = map->order + map->begin[netns + 1];

	while (low < high) {
		const uint32_t *middle = low + (high - low) / 2;
		if (map->moment->sockets.items[*middle].local.port < port)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool holds_up(const struct port_asker *asker, const struct socket *s)
{
	return !asker || (port_addr_conflict(asker, s) && port_option_conflict(asker, s, PORT_FIXED));
}

/* sk_reuseport_match(): a bucket that remembers a bind with SO_REUSEPORT grants the same again, same user and address,
 * without a look at its other owners: a client's connection that shares the number by SO_REUSEADDR. */
static bool is_remembered(const struct port_asker *asker, const struct socket *s)
{
	return asker && asker->reuseport && socket_has(s, SOCKET_BUCKET_KNOWN) && s->fastreuseport > 0 &&
	       socket_has(s, SOCKET_REUSEPORT) && !s->peer.port && s->uid == asker->uid &&
	       addr_same(&s->local.addr, &asker->local);
}

void ports_seats(const struct port_map *map, uint32_t netns, uint16_t port, const struct port_asker *asker,
                 struct port_seats *ret)
{
	const struct moment *m = map->moment;
	const uint32_t *end = map->order + map->begin[netns + 1];

	for (const uint32_t *at = owners_of(map, netns, port); at < end; at++) {
		const struct socket *s = &m->sockets.items[*at];
		if (s->local.port != port)
			break;
		if (is_remembered(asker, s)) {
			array_free(&ret->rows);
			return;
		}
		if (holds_up(asker, s))
			*array_push(&ret->rows) = seat_of(m, *at, asker);
	}
	array_sort(&ret->rows, by_way);
}

const char *port_way_text(enum port_way way)
{
	static const char *const texts[WAY_COUNT] = {
		[WAY_LISTENER] = "a listener",
		[WAY_INHERITED] = "a listener that a child inherited",
		[WAY_BOUND] = "a socket that is bound to it and does not listen",
		[WAY_SELF] = "a connection to itself",
		[WAY_LEAKED] = "a client's connection whose peer has finished",
		[WAY_CLIENT] = "a client's connection",
		[WAY_CHILD] = "a connection that was accepted on it",
		[WAY_ORPHAN] = "closed by its process, and the kernel is still finishing it",
		[WAY_TIME_WAIT] = "a TIME-WAIT",
	};

	return texts[way];
}

const char *port_way_name(enum port_way way)
{
	static const char *const names[WAY_COUNT] = {
		[WAY_LISTENER] = "listener", [WAY_INHERITED] = "inherited", [WAY_BOUND] = "bound",
		[WAY_SELF] = "self",         [WAY_LEAKED] = "leaked",       [WAY_CLIENT] = "client",
		[WAY_CHILD] = "accepted",    [WAY_ORPHAN] = "orphan",       [WAY_TIME_WAIT] = "time_wait",
	};

	return names[way];
}

const char *port_way_remedy(enum port_way way)
{
	static const char *const remedies[WAY_COUNT] = {
		[WAY_LISTENER] = "stop that listener, or use another port",
		[WAY_INHERITED] = "end that child",
		[WAY_BOUND] = "end the program that bound it, or use another port",
		[WAY_SELF] = "close that connection",
		[WAY_LEAKED] = "close it in its program, or restart that program",
		[WAY_CLIENT] = "end that connection, or wait until it ends",
		[WAY_CHILD] = "end the connections that were accepted on it, or wait until they end",
		[WAY_ORPHAN] = "wait until the kernel has finished them: two minutes, as a rule",
		[WAY_TIME_WAIT] = "wait: it is free 60 s after the last close",
	};

	return remedies[way];
}

const char *port_way_prevention(enum port_way way)
{
	static const char reserve[] = "reserve the port (ip_local_reserved_ports), so that no client is given it";
	static const char reuse[] = "set SO_REUSEADDR before bind(), in the old server as well as in the new one";
	static const char *const preventions[WAY_COUNT] = {
		[WAY_INHERITED] = "open listeners with SOCK_CLOEXEC, so that no child gets one",
		[WAY_SELF] = reserve,
		[WAY_LEAKED] = reserve,
		[WAY_CLIENT] = reserve,
		[WAY_CHILD] = reuse,
		[WAY_ORPHAN] = reuse,
		[WAY_TIME_WAIT] = "set SO_REUSEADDR before bind()",
	};

	return preventions[way];
}

bool port_is_automatic(const struct port_map *map, uint32_t netns, uint16_t port)
{
	const uint32_t *first = owners_of(map, netns, port), *end = map->order + map->begin[netns + 1], *last = first;

	if (!port_is_usable(&map->moment->netns.items[netns], port))
		return false;
	while (last < end && map->moment->sockets.items[*last].local.port == port)
		last++;
	return last == first || port_bucket(map->moment, first, (size_t)(last - first)) != BUCKET_BOUND;
}
