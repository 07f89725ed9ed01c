/* The kernel's questions, one function each. Line by line they follow Linux 6.18; what older kernels do
 * otherwise is said where it matters, and asked of facts (a sysctl that is there), never of a version. */
#include "rule.h"

/* A small socket (inet_timewait_sock): TIME_WAIT, or a FIN_WAIT2 that nobody holds any more. */
static bool is_time_wait(const struct socket *s)
{
	return s->timer == TIMER_TIME_WAIT;
}

/* A Multipath connection's port is its subflows', which are in the table themselves; only before there is
 * one, the msk alone shows that a port is taken. A VRF has bind buckets of its own (inet_bind_bucket_match()). */
bool port_owner(const struct socket *s)
{
	if (!s->local.port || s->unowned == UNOWNED_REQUEST || socket_has(s, SOCKET_PORT_LOST) ||
	    socket_has(s, SOCKET_VRF))
		return false;
	return !socket_has(s, SOCKET_MPTCP) || !s->peer.port;
}

static bool surely_bound(const struct socket *s)
{
	return s->state == STATE_LISTEN || s->state == STATE_CLOSE || s->unowned == UNOWNED_NOT_ACCEPTED ||
	       socket_has(s, SOCKET_BOUND_PORT);
}

enum port_bucket port_bucket(const struct moment *m, const uint32_t *owners, size_t count)
{
	enum port_bucket bucket = BUCKET_UNKNOWN;

	for (size_t i = 0; i < count; i++) {
		const struct socket *s = &m->sockets.items[owners[i]];
		if (socket_has(s, SOCKET_BUCKET_KNOWN))
			return s->fastreuse < 0 && s->fastreuseport < 0 ? BUCKET_CONNECT : BUCKET_BOUND;
		if (surely_bound(s))
			bucket = BUCKET_BOUND;
	}
	return bucket;
}

static bool is_v6_any(const struct addr *a)
{
	return addr_is_any(a) && !addr_is_v4(a);
}

/* inet_bhash2_addr_any_conflict() and inet_bhash2_conflict(): an asker with an address of its own is held up
 * by the wildcard of its family, by the dual-stack wildcard, and by the same address. */
static bool specific_conflict(const struct port_asker *asker, const struct socket *owner)
{
	bool v4 = addr_is_v4(&asker->local);

	if (v4 && socket_has(owner, SOCKET_V6ONLY))
		return false;
	if (is_v6_any(&owner->local.addr))
		return true;
	if (addr_is_any(&owner->local.addr))
		return v4;
	return addr_same(&asker->local, &owner->local.addr);
}

/* inet_rcv_saddr_equal(): 0.0.0.0 is held up by every socket that is not v6only, a connected IPv6 one
 * included; :: by every socket, unless it is v6only itself and the other one is IPv4. */
bool port_addr_conflict(const struct port_asker *asker, const struct socket *owner)
{
	if (!addr_is_any(&asker->local))
		return specific_conflict(asker, owner);
	if (is_v6_any(&asker->local))
		return !(asker->v6only && addr_is_v4(&owner->local.addr));
	if (socket_has(owner, SOCKET_V6ONLY))
		return false;
	return !asker->local.v6 || addr_is_v4(&owner->local.addr) || is_v6_any(&owner->local.addr);
}

/* Both set SO_REUSEPORT, and are of one user; who the user of a TIME_WAIT was is not asked. */
static bool share_reuseport(const struct port_asker *asker, const struct socket *owner)
{
	return asker->reuseport && socket_has(owner, SOCKET_REUSEPORT) &&
	       (is_time_wait(owner) || asker->uid == owner->uid);
}

bool port_option_conflict(const struct port_asker *asker, const struct socket *owner, enum port_call call)
{
	if (call == PORT_AUTO)
		return true;
	bool shared = share_reuseport(asker, owner);
	if (asker->reuseaddr && socket_has(owner, SOCKET_REUSEADDR) && owner->state != STATE_LISTEN)
		return call == PORT_AUTO_SHARED && shared;
	return call == PORT_AUTO_SHARED || !shared;
}

/* Is the TIME_WAIT older than the delay after which it may be taken over? */
static enum answer old_enough(const struct netns *n, const struct socket *s)
{
	enum { TIME_WAIT_MS = 60000, UNSURE_MS = 2000 };

	if (socket_has(s, SOCKET_TIMES_KNOWN))
		return s->since_ack_ms > n->tw_reuse_delay_ms ? ANSWER_YES : ANSWER_NO;
	/* A retransmitted FIN restarts the timer: the state is at least as old as the timer says. */
	uint32_t least_ms = TIME_WAIT_MS - MIN(s->timer_ms, (uint32_t)TIME_WAIT_MS);
	return least_ms > n->tw_reuse_delay_ms + UNSURE_MS ? ANSWER_YES : ANSWER_UNKNOWN;
}

enum answer port_time_wait_yields(const struct netns *n, const struct socket *s)
{
	bool local = addr_is_loopback(&s->local.addr) || addr_is_loopback(&s->peer.addr);

	if (!n->tw_reuse || (n->tw_reuse == 2 && !local))
		return ANSWER_NO;
	/* Kernels before 6.11 take over these, too. The delay's sysctl came with 6.14. */
	if (s->state == STATE_FIN_WAIT2)
		return n->tw_reuse_delay_ms ? ANSWER_NO : ANSWER_UNKNOWN;
	if (!socket_has(s, SOCKET_TIMESTAMPS))
		return socket_has(s, SOCKET_TIMES_KNOWN) || !n->timestamps ? ANSWER_NO : ANSWER_UNKNOWN;
	return ANSWER_YES;
}

enum answer port_time_wait_reusable(const struct netns *n, const struct socket *s)
{
	enum answer yields = port_time_wait_yields(n, s);

	return yields == ANSWER_YES ? old_enough(n, s) : yields;
}

static bool same_tuple(const struct socket *s, const struct addr *source, const struct endpoint *destination)
{
	return s->peer.port == destination->port && addr_same(&s->peer.addr, &destination->addr) &&
	       addr_same(&s->local.addr, source);
}

enum answer port_tuple_conflict(const struct netns *n, const struct socket *s, const struct addr *source,
                                const struct endpoint *destination)
{
	if (s->state == STATE_CLOSE || s->state == STATE_LISTEN || socket_has(s, SOCKET_BOUND_DEV))
		return ANSWER_NO;
	if (!same_tuple(s, source, destination))
		return ANSWER_NO;
	if (!is_time_wait(s))
		return ANSWER_YES;
	enum answer reusable = port_time_wait_reusable(n, s);
	return reusable == ANSWER_YES ? ANSWER_NO : reusable == ANSWER_NO ? ANSWER_YES : ANSWER_UNKNOWN;
}
