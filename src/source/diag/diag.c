#include "diag.h"
#include "base/memory.h"
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum { BUFFER_BYTES = 128 * 1024, ALL_STATES = ~0U, MULTIPATH = 262 };

struct diag {
	struct mnl_socket *socket;
	char buffer[BUFFER_BYTES];
};

struct reading {
	void (*found)(void *context, const struct socket *facts);
	void *context;
	bool mptcp;
};

int diag_open(struct diag **ret)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);

	if (!socket)
		return -errno;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID)) {
		int err = -errno;
		mnl_socket_close(socket);
		return err;
	}
	struct diag *d = memory_resize(NULL, sizeof(*d), 1);
	d->socket = socket;
	*ret = d;
	return 0;
}

void diag_close(struct diag *d)
{
	if (d)
		mnl_socket_close(d->socket);
	free(d);
}

void diag_cleanup(struct diag **d)
{
	diag_close(*d);
}

static int take_socket(const struct nlmsghdr *message, void *data)
{
	struct reading *r = data;
	struct socket facts;

	if (diag_decode(message, r->mptcp, &facts))
		r->found(r->context, &facts);
	return MNL_CB_OK;
}

static int diag_send(struct diag *d, int family, bool mptcp, uint32_t states)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(d->buffer);
	struct inet_diag_req_v2 *r = mnl_nlmsg_put_extra_header(h, sizeof(*r));

	h->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	r->sdiag_family = (uint8_t)family;
	r->sdiag_protocol = IPPROTO_TCP;
	r->idiag_ext = 1 << (INET_DIAG_INFO - 1);
	r->idiag_states = states;
	if (mptcp) /* its number does not fit the field */
		mnl_attr_put_u32(h, INET_DIAG_REQ_PROTOCOL, MULTIPATH);
	return mnl_socket_sendto(d->socket, h, h->nlmsg_len) < 0 ? -errno : 0;
}

static int dump(struct diag *d, int family, uint32_t states, struct reading *r)
{
	int err = diag_send(d, family, r->mptcp, states), more = MNL_CB_OK;

	while (!err && more > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(d->socket, d->buffer, sizeof(d->buffer));
		more = n < 0 ? -1 : mnl_cb_run(d->buffer, (size_t)n, 0, 0, take_socket, r);
		if (more < 0)
			err = -errno;
	}
	return err;
}

static void ignore(void *context, const struct socket *facts)
{
}

/* Listeners only: few, and in a table of their own. */
int diag_probe(struct diag *d)
{
	struct reading r = { .found = ignore };

	return dump(d, AF_INET, 1 << STATE_LISTEN, &r);
}

static void put_address(__be32 out[4], const struct addr *a)
{
	if (a->v6)
		memcpy(out, a->bytes, 16);
	else
		memcpy(out, a->bytes + 12, 4);
}

static int take_cookie(const struct nlmsghdr *message, void *data)
{
	const struct inet_diag_msg *m = mnl_nlmsg_get_payload(message);

	if (mnl_nlmsg_get_payload_len(message) >= sizeof(*m))
		*(uint64_t *)data = (uint64_t)m->id.idiag_cookie[1] << 32 | m->id.idiag_cookie[0];
	return MNL_CB_STOP;
}

/* A message about the socket with this 4-tuple, and with this cookie, where that is not ~0. */
static struct nlmsghdr *put_socket(struct diag *d, uint16_t type, const struct endpoint *local,
                                   const struct endpoint *peer, uint64_t cookie)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(d->buffer);
	struct inet_diag_req_v2 *r = mnl_nlmsg_put_extra_header(h, sizeof(*r));

	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST;
	r->sdiag_family = local->addr.v6 ? AF_INET6 : AF_INET;
	r->sdiag_protocol = IPPROTO_TCP;
	r->idiag_ext = 1 << (INET_DIAG_INFO - 1);
	r->idiag_states = ALL_STATES;
	r->id.idiag_sport = htons(local->port);
	r->id.idiag_dport = htons(peer->port);
	put_address(r->id.idiag_src, &local->addr);
	put_address(r->id.idiag_dst, &peer->addr);
	r->id.idiag_cookie[0] = (uint32_t)cookie;
	r->id.idiag_cookie[1] = (uint32_t)(cookie >> 32);
	return h;
}

static int talk(struct diag *d, struct nlmsghdr *h, mnl_cb_t take_answer, void *data)
{
	if (mnl_socket_sendto(d->socket, h, h->nlmsg_len) < 0)
		return -errno;
	ssize_t n = mnl_socket_recvfrom(d->socket, d->buffer, sizeof(d->buffer));
	return n < 0 || mnl_cb_run(d->buffer, (size_t)n, 0, 0, take_answer, data) < 0 ? -errno : 0;
}

int diag_cookie(struct diag *d, const struct endpoint *local, const struct endpoint *peer, uint64_t *ret)
{
	uint64_t cookie = 0;
	int err = talk(d, put_socket(d, SOCK_DIAG_BY_FAMILY, local, peer, UINT64_MAX), take_cookie, &cookie);

	if (!err && !cookie)
		err = -ENOENT;
	if (!err)
		*ret = cookie;
	return err;
}

static int take_one(const struct nlmsghdr *message, void *data)
{
	struct socket *ret = data, facts;

	if (diag_decode(message, false, &facts))
		*ret = facts;
	return MNL_CB_STOP;
}

int diag_find(struct diag *d, const struct socket *s, struct socket *ret)
{
	struct socket found = { 0 };
	int err = talk(d, put_socket(d, SOCK_DIAG_BY_FAMILY, &s->local, &s->peer, s->cookie), take_one, &found);

	if (!err && found.cookie != s->cookie)
		err = -ENOENT;
	if (!err)
		*ret = found;
	return err;
}

int diag_destroy(struct diag *d, const struct socket *s)
{
	struct nlmsghdr *h = put_socket(d, SOCK_DESTROY, &s->local, &s->peer, s->cookie);

	h->nlmsg_flags |= NLM_F_ACK;
	return talk(d, h, NULL, NULL);
}

/* 240.0.0.1:1 to itself (RFC 1112: never assigned), and a cookie that no socket has. */
int diag_probe_destroy(struct diag *d)
{
	struct socket nobody = { .cookie = (uint64_t)~1U << 32 | ~1U };

	nobody.local.addr = nobody.peer.addr = addr_v4(htonl(0xf0000001));
	nobody.local.port = nobody.peer.port = 1;
	return diag_destroy(d, &nobody);
}

uint64_t diag_netns_cookie(const struct diag *d)
{
	uint64_t cookie = 0;
	socklen_t length = sizeof(cookie);

	return getsockopt(mnl_socket_get_fd(d->socket), SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) ? 0 : cookie;
}

/* Multipath TCP may not be in this kernel: then there is nothing to list. */
int diag_dump(struct diag *d, void (*found)(void *context, const struct socket *facts), void *context)
{
	struct reading r = { .found = found, .context = context };
	int err = dump(d, AF_INET, ALL_STATES, &r) ?: dump(d, AF_INET6, ALL_STATES, &r);

	if (err)
		return err;
	r.mptcp = true;
	err = dump(d, AF_INET, ALL_STATES, &r) ?: dump(d, AF_INET6, ALL_STATES, &r);
	return err == -EINTR ? err : 0;
}
