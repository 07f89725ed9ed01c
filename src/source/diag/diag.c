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

int diag_probe_destroy(struct diag *d)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(d->buffer);
	struct inet_diag_req_v2 *r = mnl_nlmsg_put_extra_header(h, sizeof(*r));

	h->nlmsg_type = SOCK_DESTROY;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	r->sdiag_family = AF_INET;
	r->sdiag_protocol = IPPROTO_TCP;
	/* 240.0.0.1:1 to itself (RFC 1112: never assigned), and a cookie that no socket has. */
	r->id.idiag_src[0] = r->id.idiag_dst[0] = htonl(0xf0000001);
	r->id.idiag_sport = r->id.idiag_dport = htons(1);
	r->id.idiag_cookie[0] = r->id.idiag_cookie[1] = ~1U;
	if (mnl_socket_sendto(d->socket, h, h->nlmsg_len) < 0)
		return -errno;
	ssize_t n = mnl_socket_recvfrom(d->socket, d->buffer, sizeof(d->buffer));
	return n < 0 || mnl_cb_run(d->buffer, (size_t)n, 0, 0, NULL, NULL) < 0 ? -errno : 0;
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

int diag_cookie(struct diag *d, const struct endpoint *local, const struct endpoint *peer, uint64_t *ret)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(d->buffer);
	struct inet_diag_req_v2 *r = mnl_nlmsg_put_extra_header(h, sizeof(*r));
	uint64_t cookie = 0;

	h->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	h->nlmsg_flags = NLM_F_REQUEST;
	r->sdiag_family = local->addr.v6 ? AF_INET6 : AF_INET;
	r->sdiag_protocol = IPPROTO_TCP;
	r->idiag_states = ALL_STATES;
	r->id.idiag_sport = htons(local->port);
	r->id.idiag_dport = htons(peer->port);
	put_address(r->id.idiag_src, &local->addr);
	put_address(r->id.idiag_dst, &peer->addr);
	r->id.idiag_cookie[0] = r->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	if (mnl_socket_sendto(d->socket, h, h->nlmsg_len) < 0)
		return -errno;
	ssize_t n = mnl_socket_recvfrom(d->socket, d->buffer, sizeof(d->buffer));
	if (n < 0 || mnl_cb_run(d->buffer, (size_t)n, 0, 0, take_cookie, &cookie) < 0)
		return -errno;
	if (!cookie)
		return -ENOENT;
	*ret = cookie;
	return 0;
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
