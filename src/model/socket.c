/* The age of a state, from the stamps the kernel keeps for other purposes. Measured per state in
 * tests/netns/age.bats. */
#include "socket.h"
#include "hash.h"

enum {
	TIME_WAIT_MS = 60000, /* TCP_TIMEWAIT_LEN, include/net/tcp.h: not tcp_fin_timeout, not a sysctl */
	ACK_DELAY_MS = 1000,  /* an ACK later than this after our last data is not the ACK of that data */
};

/* last_ack_recv is the arrival of the FIN, unless something that came later moved it: answers to our
 * keepalive probes, to zero window probes, or to data that we sent after the FIN; with Multipath TCP also the
 * end of a subflow, which may come a minute later. */
static bool fin_moved_last_ack(const struct socket *s)
{
	if (socket_has(s, SOCKET_MPTCP))
		return false;
	if ((socket_has(s, SOCKET_KEEPALIVE) && !socket_has(s, SOCKET_NOT_PROBED)) || s->timer == TIMER_PROBE ||
	    s->timer == TIMER_RETRANSMIT)
		return false;
	if (s->since_sent_ms >= s->since_data_ms)
		return true; /* nothing was sent after the last data, so nothing after the FIN */
	return s->since_sent_ms >= s->since_ack_ms + ACK_DELAY_MS;
}

static const uint32_t classes_s[AGE_CLASSES] = { 0,     1,     2,      5,      10,     20,     30,   60,
	                                         120,   300,   600,    1200,   1800,   3600,   7200, 18000,
	                                         36000, 86400, 172800, 432000, 864000, 1728000 };

unsigned age_class(uint64_t age_ms)
{
	unsigned number = AGE_CLASSES - 1;

	while (classes_s[number] * MS_PER_S > age_ms)
		number--;
	return number;
}

uint64_t age_class_begins_ms(unsigned number)
{
	return classes_s[number] * MS_PER_S;
}

/* Between the last thing that moved a stamp and the last data. Node's clients probe once a second, so that only an
 * earlier look knows more. */
static void widen(struct age *age, const struct socket *s)
{
	age->basis = AGE_RANGE;
	age->min_ms = MAX(s->since_ack_ms, s->finished_ms);
	age->max_ms = MAX(s->since_data_ms, age->min_ms);
}

struct age socket_age(const struct socket *s)
{
	struct age age = { .max_ms = UINT64_MAX };

	if (s->state == STATE_TIME_WAIT && s->timer == TIMER_TIME_WAIT) {
		age.basis = AGE_EXACT;
		age.min_ms = age.max_ms = TIME_WAIT_MS - MIN(s->timer_ms, (uint32_t)TIME_WAIT_MS);
		return age;
	}
	if (!socket_has(s, SOCKET_TIMES_KNOWN))
		return age;
	switch (s->state) {
	case STATE_CLOSE_WAIT:
		if (fin_moved_last_ack(s))
			age = (struct age){ AGE_EXACT, s->since_ack_ms, s->since_ack_ms };
		else
			widen(&age, s);
		break;
	case STATE_ESTABLISHED:
		/* The stamp of the last data starts as that of the handshake: it is at least that old. */
		age.basis = AGE_RANGE;
		age.min_ms = MAX(s->since_data_ms, s->since_ack_ms);
		break;
	default:
		break;
	}
	return age;
}

struct age socket_finished_age(const struct socket *s)
{
	struct age age = { .max_ms = UINT64_MAX };

	if (s->state == STATE_CLOSE_WAIT)
		return socket_age(s);
	if (s->state == STATE_CLOSE && socket_has(s, SOCKET_FIN_CAME) && socket_has(s, SOCKET_TIMES_KNOWN))
		widen(&age, s);
	return age;
}

uint64_t socket_mptcp_cookie(uint64_t cookie, enum tcp_state state, uint32_t inode)
{
	return state == STATE_LISTEN ? cookie : hash_word(hash_word(1, cookie), inode) >> 12 | 1ULL << 51;
}

bool socket_eof_unread(const struct socket *s)
{
	if (s->state == STATE_CLOSE) /* the reset threw nothing away that had come before */
		return socket_has(s, SOCKET_FIN_CAME) && s->recv_q;
	return socket_has(s, SOCKET_EOF_UNREAD);
}

const char *unowned_name(enum unowned u)
{
	static const char *const names[UNOWNED_COUNT] = {
		[UNOWNED_TIME_WAIT] = "time_wait", [UNOWNED_NOT_ACCEPTED] = "not_accepted",
		[UNOWNED_REQUEST] = "request",     [UNOWNED_ORPHAN] = "orphan",
		[UNOWNED_IN_FLIGHT] = "in_flight", [UNOWNED_IO_URING] = "io_uring",
		[UNOWNED_KERNEL] = "kernel",       [UNOWNED_HIDDEN] = "hidden",
		[UNOWNED_UNKNOWN] = "unknown",
	};

	return names[u < UNOWNED_COUNT ? u : UNOWNED_UNKNOWN];
}

const char *role_name(enum socket_role r)
{
	static const char *const names[] = { NULL, "client", "server", "listener" };

	return names[r];
}
