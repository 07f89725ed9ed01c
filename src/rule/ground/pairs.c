/* Connections are known by their addresses, or by conntrack or their sequence numbers where these are translated.
 * Loopback is one in each namespace; other addresses are one on the host, though two namespaces that have nothing to do
 * with each other may both have 10.0.0.1. So the other end is missed only in the same namespace, or in one that is seen
 * to be connected by another pair of the same addresses. */
#include "pairs.h"
#include "keepers.h"
#include "listeners.h"
#include "model/hash.h"
#include "model/keyed.h"

struct pairs {
	uint32_t *other;    /* by socket */
	bool *missing;      /* by socket */
	bool *translated;   /* by socket: what it calls its peer is not what the other end calls itself */
	uint32_t *behind;   /* by process: see keepers.h */
	bool tracks_unread; /* some namespace may translate, and its table could not be read */
	struct keyed ends, addresses, links, lonely, trails;
};

static uint64_t place_of(uint32_t netns, const struct addr *a)
{
	return addr_is_loopback(a) ? netns + 1ULL : 0;
}

/* Of a connection as seen from its end `local`. */
static uint64_t hash_ends(uint32_t netns, const struct endpoint *local, const struct endpoint *peer)
{
	return hash_endpoint(hash_endpoint(hash_word(1, place_of(netns, &local->addr)), local), peer) | 1;
}

static uint64_t hash_end(uint32_t netns, const struct endpoint *e)
{
	return hash_endpoint(hash_word(2, place_of(netns, &e->addr)), e) | 1;
}

static uint64_t hash_place(uint32_t netns, const struct addr *a)
{
	return hash_addr(hash_word(3, netns), a) | 1;
}

static uint64_t hash_link(uint32_t netns, const struct addr *local, const struct addr *peer)
{
	return hash_addr(hash_addr(hash_word(4, netns), local), peer) | 1;
}

static bool all_seen(const struct moment *m, uint32_t netns)
{
	return netns < m->netns.count && m->netns.items[netns].in_scope && m->netns.items[netns].table_seen;
}

static uint32_t index_of(const struct moment *m, const struct socket *s)
{
	return (uint32_t)(s - m->sockets.items);
}

/* The addresses that this host has, as far as its sockets show: by themselves, and in which namespace. */
static void add_addresses(struct pairs *p, const struct moment *m)
{
	const struct addr *last = NULL;
	uint32_t last_netns = 0;

	array_each (&m->sockets, s) {
		if (addr_is_any(&s->local.addr) || (last && last_netns == s->netns && addr_same(last, &s->local.addr)))
			continue;
		last = &s->local.addr;
		last_netns = s->netns;
		keyed_add(&p->addresses, hash_place(s->netns, last), index_of(m, s));
		keyed_add(&p->addresses, hash_place(NETNS_UNKNOWN, last), index_of(m, s));
	}
}

static bool is_here(const struct pairs *p, const struct socket *s)
{
	return s->peer.port && s->state != STATE_TIME_WAIT && s->state != STATE_CLOSE &&
	       !socket_has(s, SOCKET_SUBFLOW) &&
	       (addr_is_loopback(&s->peer.addr) || keyed_has(&p->addresses, hash_place(NETNS_UNKNOWN, &s->peer.addr)));
}

/* The first that was seen of a connection waits for the other end; who finds it waiting need not wait. Of a million
 * sockets this halves what is remembered. */
static void match_here(struct pairs *p, const struct moment *m)
{
	array_each (&m->sockets, s) {
		uint32_t at = index_of(m, s);
		if (!is_here(p, s))
			continue;
		uint32_t other = keyed_find(&p->ends, hash_ends(s->netns, &s->peer, &s->local));
		if (other == SOCKET_NONE || other == at || p->other[other] != SOCKET_NONE) {
			keyed_add(&p->ends, hash_ends(s->netns, &s->local, &s->peer), at);
			continue;
		}
		p->other[at] = other;
		p->other[other] = at;
	}
}

/* Of one that is over (TIME-WAIT), or of the second with the same addresses, in another namespace: the other end may
 * have been another's already. */
static uint32_t other_of_late(const struct pairs *p, const struct socket *s, uint32_t at)
{
	uint32_t other = keyed_find(&p->ends, hash_ends(s->netns, &s->peer, &s->local));

	if (other != SOCKET_NONE)
		return other == at ? SOCKET_NONE : other;
	uint32_t same = keyed_find(&p->ends, hash_ends(s->netns, &s->local, &s->peer));
	return same == SOCKET_NONE ? SOCKET_NONE : p->other[same];
}

static void match_ends(struct pairs *p, const struct moment *m)
{
	match_here(p, m);
	array_each (&m->sockets, s) {
		uint32_t at = index_of(m, s);
		if (!s->peer.port)
			continue;
		if (p->other[at] == SOCKET_NONE) {
			p->other[at] = other_of_late(p, s, at);
			if (p->other[at] != SOCKET_NONE && p->other[p->other[at]] == SOCKET_NONE)
				p->other[p->other[at]] = at;
		}
		if (p->other[at] != SOCKET_NONE)
			keyed_add(&p->links, hash_link(s->netns, &s->local.addr, &s->peer.addr), at);
	}
}

static void match_translated(struct pairs *p, const struct moment *m)
{
	array_each (&m->crossings, c) {
		if (c->client != SOCKET_NONE)
			p->translated[c->client] = true;
		if (c->server != SOCKET_NONE)
			p->translated[c->server] = true;
		if (c->client == SOCKET_NONE || c->server == SOCKET_NONE)
			continue;
		p->other[c->client] = c->server;
		p->other[c->server] = c->client;
	}
	array_each (&m->netns, n)
		p->tracks_unread |= n->tracks_unread;
}

/* Under a fleet's key both ends of a connection have the same number, whatever stands between them: conntrack need not
 * be read, nor know of it any more. */
static void match_sequences(struct pairs *p, const struct moment *m)
{
	struct keyed seen = { 0 };

	array_each (&m->sockets, s) {
		uint32_t at = index_of(m, s);
		if (!s->sequence || p->other[at] != SOCKET_NONE)
			continue;
		uint32_t other = keyed_find(&seen, s->sequence);
		if (other == SOCKET_NONE) {
			keyed_add(&seen, s->sequence, at);
		} else if (p->other[other] == SOCKET_NONE) {
			p->other[other] = at;
			p->other[at] = other;
			p->translated[other] = p->translated[at] = true;
		}
	}
	keyed_free(&seen);
}

/* Where the other end would have to be. What is on its way to another namespace may be translated in any. */
static bool would_be_seen(const struct pairs *p, const struct moment *m, const struct socket *s)
{
	if (addr_is_loopback(&s->peer.addr) || keyed_has(&p->addresses, hash_place(s->netns, &s->peer.addr)))
		return all_seen(m, s->netns) && !m->netns.items[s->netns].tracks_unread;
	uint32_t linked = keyed_find(&p->links, hash_link(s->netns, &s->local.addr, &s->peer.addr));
	return linked != SOCKET_NONE && all_seen(m, m->sockets.items[p->other[linked]].netns) && !p->tracks_unread;
}

/* A translated address hides the pair, but not that somebody talks to our port, or from the peer's. Which of the two
 * is one connection's alone depends on the side. */
static void drop_translated(struct pairs *p, const struct moment *m)
{
	array_each (&m->sockets, s) {
		if (s->state == STATE_LISTEN)
			continue;
		uint32_t hits[] = { keyed_find(&p->lonely, hash_end(s->netns, &s->peer)),
			            keyed_find(&p->lonely, hash_end(s->netns, &s->local)) };
		for (size_t i = 0; i < ARRAY_SIZE(hits); i++)
			if (hits[i] != SOCKET_NONE && hits[i] != index_of(m, s))
				p->missing[hits[i]] = false;
	}
}

static void find_missing(struct pairs *p, const struct moment *m)
{
	array_each (&m->gone, t)
		keyed_add(&p->trails, hash_ends(t->netns, &t->local, &t->peer), 0);
	array_each (&m->sockets, s) {
		uint32_t at = index_of(m, s);
		if (s->state != STATE_ESTABLISHED || p->other[at] != SOCKET_NONE || p->translated[at] ||
		    socket_has(s, SOCKET_MPTCP) || endpoint_same(&s->local, &s->peer) || !is_here(p, s) ||
		    !would_be_seen(p, m, s) || keyed_has(&p->trails, hash_ends(s->netns, &s->peer, &s->local)))
			continue;
		uint64_t key = hash_end(s->netns, s->role == ROLE_SERVER ? &s->peer : &s->local);
		uint32_t same = keyed_find(&p->lonely, key);
		p->missing[at] = same == SOCKET_NONE;
		if (same != SOCKET_NONE) /* each other's, then */
			p->missing[same] = false;
		keyed_add(&p->lonely, key, at);
	}
	if (p->lonely.items.count)
		drop_translated(p, m);
}

static const struct pairs *inquiry_pairs(struct inquiry *q)
{
	const struct moment *m = q->moment;

	if (q->pairs)
		return q->pairs;
	struct pairs *p = memory_zeroed(sizeof(*p));
	p->other = memory_resize(NULL, m->sockets.count + 1, sizeof(*p->other));
	memset(p->other, 0xff, m->sockets.count * sizeof(*p->other));
	p->missing = memory_zeroed(m->sockets.count + 1);
	p->translated = memory_zeroed(m->sockets.count + 1);
	add_addresses(p, m);
	match_ends(p, m);
	match_translated(p, m);
	match_sequences(p, m);
	find_missing(p, m);
	p->behind = keepers_find_behind(q, p->other);
	keyed_free(&p->ends);
	q->pairs = p;
	return p;
}

uint32_t pair_of(struct inquiry *q, uint32_t socket)
{
	return inquiry_pairs(q)->other[socket];
}

bool pair_is_missing(struct inquiry *q, uint32_t socket)
{
	return inquiry_pairs(q)->missing[socket];
}

/* Whose listener it led to, where the other end is gone. A keeper's is nobody's: what comes there goes on. */
static uint32_t process_listening(struct inquiry *q, const struct pairs *p, uint32_t socket)
{
	const struct socket *s = &q->moment->sockets.items[socket];
	uint32_t process =
	        is_here(p, s) && !p->translated[socket] ? listener_process(q, s->netns, &s->peer) : PROCESS_NONE;

	return process != PROCESS_NONE && process_keeps_ports(&q->moment->processes.items[process]) ? PROCESS_NONE
	                                                                                            : process;
}

uint32_t pair_process(struct inquiry *q, uint32_t socket)
{
	const struct pairs *p = inquiry_pairs(q);
	uint32_t other = p->other[socket];
	uint32_t process = other == SOCKET_NONE ? process_listening(q, p, socket) : socket_process(q, other);

	return process == PROCESS_NONE || p->behind[process] == PROCESS_NONE ? process : p->behind[process];
}

void pairs_free(struct pairs *p)
{
	if (!p)
		return;
	free(p->other);
	free(p->missing);
	free(p->translated);
	free(p->behind);
	keyed_free(&p->ends);
	keyed_free(&p->addresses);
	keyed_free(&p->links);
	keyed_free(&p->lonely);
	keyed_free(&p->trails);
	free(p);
}
