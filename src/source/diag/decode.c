/* From inet_diag's words to ours. What it has no word for stays unset, and rules do without:
 * Not told: SOCKET_BOUND_PORT, SOCKET_BOUND_ADDR (sk_userlocks), SOCKET_BUCKET_KNOWN, fastreuse, fastreuseport (bind
 * buckets), SOCKET_VRF, SOCKET_PORT_LOST, SOCKET_FIN_CAME (SOCK_DONE), SOCKET_RECV_FULL, SOCKET_NOT_PROBED, sequence,
 * sequence_unended (snd_nxt, rcv_nxt). */
#include "diag.h"
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { BOUND_INACTIVE = 13, NEW_SYN_RECV = 12, ULP_NAME = 1, MPTCP_INFO = 1 };

/* What an msk tells of itself (struct mptcp_info, include/uapi/linux/mptcp.h); the stamps since 6.10. */
struct mptcp_figures {
	uint8_t counts[6];
	uint32_t flags, token;
	uint64_t write_seq, snd_una, rcv_nxt;
	uint8_t more_counts[3];
	uint32_t retransmits;
	uint64_t bytes_retrans, bytes_sent, bytes_received, bytes_acked;
	uint8_t subflows, reserved[3];
	uint32_t last_data_sent, last_data_recv, last_ack_recv; /* ms ago */
};

/* What was seen of the optional part. */
struct extra {
	struct tcp_info info;
	struct mptcp_figures figures;
	bool mptcp, has_info, has_figures, kernel, v6only;
	uint8_t shutdown;
	uint64_t cgroup;
};

static int take_ulp(const struct nlattr *a, void *data)
{
	struct extra *e = data;

	if (mnl_attr_get_type(a) == ULP_NAME && mnl_attr_validate(a, MNL_TYPE_NUL_STRING) >= 0)
		e->kernel |= streq(mnl_attr_get_str(a), "mptcp"); /* a subflow: the program holds the msk */
	return MNL_CB_OK;
}

static int take_attribute(const struct nlattr *a, void *data)
{
	struct extra *e = data;
	size_t length = mnl_attr_get_payload_len(a);

	switch (mnl_attr_get_type(a)) {
	case INET_DIAG_INFO: /* older kernels tell less, newer ones more */
		if (e->mptcp) {
			memcpy(&e->figures, mnl_attr_get_payload(a), MIN(length, sizeof(e->figures)));
			e->has_figures = length >= sizeof(e->figures);
			break;
		}
		memcpy(&e->info, mnl_attr_get_payload(a), MIN(length, sizeof(e->info)));
		e->has_info = length >= offsetof(struct tcp_info, tcpi_pmtu);
		break;
	case INET_DIAG_SHUTDOWN:
		e->shutdown = length ? mnl_attr_get_u8(a) : 0;
		break;
	case INET_DIAG_SKV6ONLY:
		e->v6only = length && mnl_attr_get_u8(a);
		break;
	case INET_DIAG_CGROUP_ID:
		e->cgroup = length >= sizeof(uint64_t) ? mnl_attr_get_u64(a) : 0;
		break;
	case INET_DIAG_ULP_INFO:
		mnl_attr_parse_nested(a, take_ulp, e);
		break;
	}
	return MNL_CB_OK;
}

static struct endpoint endpoint(uint8_t family, const void *address, __be16 port)
{
	struct endpoint e = { .port = ntohs(port) };

	e.addr = family == AF_INET6 ? addr_v6(address) : addr_v4(*(const __be32 *)address);
	return e;
}

static enum tcp_state state_of(uint8_t state)
{
	if (state == NEW_SYN_RECV)
		return STATE_SYN_RECV;
	if (state == BOUND_INACTIVE)
		return STATE_CLOSE;
	return state < STATE_COUNT ? state : STATE_NONE;
}

/* Without an inode it has no file. Then its state tells: only its process can have ended its side, and what is
 * not accepted yet had none. */
static enum unowned unowned_of(const struct socket *s, const struct extra *e)
{
	if (e->kernel)
		return UNOWNED_KERNEL;
	if (s->inode)
		return UNOWNED_UNKNOWN;
	switch (s->state) {
	case STATE_TIME_WAIT:
		return UNOWNED_TIME_WAIT;
	case STATE_SYN_RECV:
		return e->has_info ? UNOWNED_NOT_ACCEPTED : UNOWNED_REQUEST;
	case STATE_ESTABLISHED:
	case STATE_CLOSE_WAIT:
		return UNOWNED_NOT_ACCEPTED;
	default:
		return UNOWNED_ORPHAN;
	}
}

static bool has_times(const struct socket *s)
{
	return s->state != STATE_LISTEN && s->state != STATE_CLOSE && s->state != STATE_SYN_SENT;
}

static void take_info(struct socket *s, const struct tcp_info *info)
{
	s->backoff = info->tcpi_backoff;
	if (!has_times(s))
		return;
	s->retransmits = info->tcpi_retransmits;
	s->since_data_ms = info->tcpi_last_data_recv;
	s->since_ack_ms = info->tcpi_last_ack_recv;
	s->since_sent_ms = info->tcpi_last_data_sent;
	s->acked_bytes = (uint32_t)info->tcpi_bytes_acked;
	s->received_bytes = (uint32_t)info->tcpi_bytes_received;
	s->flags |= SOCKET_TIMES_KNOWN;
	if (info->tcpi_options & TCPI_OPT_TIMESTAMPS)
		s->flags |= SOCKET_TIMESTAMPS;
}

static void take_figures(struct socket *s, const struct mptcp_figures *f)
{
	if (!has_times(s))
		return;
	s->since_data_ms = f->last_data_recv;
	s->since_ack_ms = f->last_ack_recv;
	s->since_sent_ms = f->last_data_sent;
	s->acked_bytes = (uint32_t)f->bytes_acked;
	s->received_bytes = (uint32_t)f->bytes_received;
	s->send_q = f->bytes_sent ? (uint32_t)(f->write_seq - f->snd_una) : 0; /* see fill_mptcp() */
	s->flags |= SOCKET_TIMES_KNOWN;
}

static void take_extra(struct socket *s, const struct extra *e)
{
	s->cgroup = e->cgroup;
	if (e->v6only)
		s->flags |= SOCKET_V6ONLY;
	if (e->shutdown & 1)
		s->flags |= SOCKET_RECV_SHUT;
	if (e->shutdown & 2)
		s->flags |= SOCKET_SEND_SHUT;
	if (e->has_info)
		take_info(s, &e->info);
	if (e->has_figures)
		take_figures(s, &e->figures);
	if (s->timer == TIMER_KEEPALIVE && s->inode)
		s->flags |= SOCKET_KEEPALIVE;
	if (s->timer == TIMER_PROBE) /* the kernel probes only a window without room */
		s->flags |= SOCKET_PEER_WINDOW_ZERO;
	if (s->state == STATE_CLOSE_WAIT && s->recv_q)
		s->flags |= SOCKET_EOF_UNREAD;
}

bool diag_decode(const struct nlmsghdr *message, bool mptcp, struct socket *ret)
{
	const struct inet_diag_msg *m = mnl_nlmsg_get_payload(message);
	struct extra e = { .mptcp = mptcp };

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*m) ||
	    (m->idiag_family != AF_INET && m->idiag_family != AF_INET6))
		return false;
	if (mnl_attr_parse(message, sizeof(*m), take_attribute, &e) < 0)
		return false;
	struct socket s = {
		.cookie = (uint64_t)m->id.idiag_cookie[1] << 32 | m->id.idiag_cookie[0],
		.local = endpoint(m->idiag_family, m->id.idiag_src, m->id.idiag_sport),
		.peer = endpoint(m->idiag_family, m->id.idiag_dst, m->id.idiag_dport),
		.inode = m->idiag_inode,
		.uid = m->idiag_uid,
		.first_holder = HOLDER_NONE,
		.flags = (m->idiag_inode ? SOCKET_HAS_FILE : 0) | (mptcp ? SOCKET_MPTCP : 0) |
		         (m->id.idiag_if ? SOCKET_BOUND_DEV : 0),
		.recv_q = m->idiag_rqueue,
		.send_q = m->idiag_wqueue,
		.timer_ms = m->idiag_expires,
		.state = (uint8_t)state_of(m->idiag_state),
		.timer = m->idiag_timer <= TIMER_PROBE ? m->idiag_timer : TIMER_NONE,
		.retransmits = m->idiag_timer == TIMER_RETRANSMIT ? m->idiag_retrans : 0,
	};
	if (mptcp)
		s.cookie = socket_mptcp_cookie(s.cookie, s.state, s.inode);
	take_extra(&s, &e);
	s.unowned = (uint8_t)unowned_of(&s, &e);
	*ret = s;
	return true;
}

static bool read_name(int fd, int (*get)(int, struct sockaddr *, socklen_t *), struct endpoint *ret)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} name;
	socklen_t length = sizeof(name);

	if (get(fd, &name.any, &length))
		return false;
	if (name.any.sa_family == AF_INET6)
		*ret = endpoint(AF_INET6, &name.v6.sin6_addr, name.v6.sin6_port);
	else
		*ret = endpoint(AF_INET, &name.v4.sin_addr, name.v4.sin_port);
	return true;
}

static uint32_t read_option(int fd, int level, int option)
{
	uint32_t value = 0;
	socklen_t length = sizeof(value);

	return getsockopt(fd, level, option, &value, &length) ? 0 : value;
}

static uint32_t inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : (uint32_t)st.st_ino;
}

bool diag_ask(int fd, struct socket *ret)
{
	uint32_t domain = read_option(fd, SOL_SOCKET, SO_DOMAIN), protocol = read_option(fd, SOL_SOCKET, SO_PROTOCOL);
	struct extra e = { 0 };
	socklen_t length = sizeof(e.info), cookie_length = sizeof(uint64_t);
	struct socket s = { .first_holder = HOLDER_NONE, .flags = SOCKET_HAS_FILE, .unowned = UNOWNED_UNKNOWN };

	if ((domain != AF_INET && domain != AF_INET6) || (protocol != IPPROTO_TCP && protocol != IPPROTO_MPTCP))
		return false;
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &e.info, &length) ||
	    getsockopt(fd, SOL_SOCKET, SO_COOKIE, &s.cookie, &cookie_length))
		return false;
	length = sizeof(e.figures);
	e.has_figures = protocol == IPPROTO_MPTCP && !getsockopt(fd, SOL_MPTCP, MPTCP_INFO, &e.figures, &length);
	if (!read_name(fd, getsockname, &s.local))
		return false;
	if (!read_name(fd, getpeername, &s.peer))
		s.peer.addr.v6 = s.local.addr.v6; /* none, or no more: what it was cannot be asked */
	if (!s.peer.addr.v6)
		s.peer.addr = s.peer.port ? s.peer.addr : addr_v4(0);
	s.state = (uint8_t)state_of(e.info.tcpi_state);
	if (protocol == IPPROTO_MPTCP) {
		s.flags |= SOCKET_MPTCP;
		s.cookie = socket_mptcp_cookie(s.cookie, s.state, inode_of(fd));
	}
	s.flags |= read_option(fd, SOL_SOCKET, SO_KEEPALIVE) ? SOCKET_KEEPALIVE : 0;
	s.flags |= read_option(fd, SOL_SOCKET, SO_REUSEADDR) ? SOCKET_REUSEADDR : 0;
	s.flags |= read_option(fd, SOL_SOCKET, SO_REUSEPORT) ? SOCKET_REUSEPORT : 0;
	e.has_info = true;
	take_extra(&s, &e);
	s.acked_bytes = (uint32_t)(e.has_figures ? e.figures.bytes_acked : e.info.tcpi_bytes_acked);
	s.received_bytes = (uint32_t)(e.has_figures ? e.figures.bytes_received : e.info.tcpi_bytes_received);
	if (s.state == STATE_CLOSE && (s.acked_bytes || s.received_bytes))
		s.flags |= SOCKET_WAS_CONNECTED; /* once; the peer's name is gone */
	*ret = s;
	return true;
}
