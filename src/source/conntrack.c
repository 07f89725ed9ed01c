#include "conntrack.h"
#include "base/memory.h"
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>

enum { BUFFER_BYTES = 64 * 1024 };

/* One direction of a connection. */
struct tuple {
	struct endpoint source, destination;
	uint8_t protocol;
};

/* A message, attribute by attribute. */
struct message {
	struct tuple original, reply;
	uint16_t zone;
	uint8_t state;
};

static void take_v4(struct addr *ret, const struct nlattr *a)
{
	uint32_t bytes;

	if (mnl_attr_get_payload_len(a) != sizeof(bytes))
		return;
	memcpy(&bytes, mnl_attr_get_payload(a), sizeof(bytes));
	*ret = addr_v4(bytes);
}

static void take_v6(struct addr *ret, const struct nlattr *a)
{
	if (mnl_attr_get_payload_len(a) == sizeof(ret->bytes))
		*ret = addr_v6(mnl_attr_get_payload(a));
}

static uint16_t port_of(const struct nlattr *a)
{
	return mnl_attr_get_payload_len(a) == sizeof(uint16_t) ? ntohs(mnl_attr_get_u16(a)) : 0;
}

static int take_address(const struct nlattr *a, void *data)
{
	struct tuple *t = data;

	switch (mnl_attr_get_type(a)) {
	case CTA_IP_V4_SRC:
		take_v4(&t->source.addr, a);
		break;
	case CTA_IP_V4_DST:
		take_v4(&t->destination.addr, a);
		break;
	case CTA_IP_V6_SRC:
		take_v6(&t->source.addr, a);
		break;
	case CTA_IP_V6_DST:
		take_v6(&t->destination.addr, a);
		break;
	}
	return MNL_CB_OK;
}

static int take_protocol(const struct nlattr *a, void *data)
{
	struct tuple *t = data;

	switch (mnl_attr_get_type(a)) {
	case CTA_PROTO_NUM:
		t->protocol = mnl_attr_get_payload_len(a) ? mnl_attr_get_u8(a) : 0;
		break;
	case CTA_PROTO_SRC_PORT:
		t->source.port = port_of(a);
		break;
	case CTA_PROTO_DST_PORT:
		t->destination.port = port_of(a);
		break;
	}
	return MNL_CB_OK;
}

static int take_tuple(const struct nlattr *a, void *data)
{
	switch (mnl_attr_get_type(a)) {
	case CTA_TUPLE_IP:
		mnl_attr_parse_nested(a, take_address, data);
		break;
	case CTA_TUPLE_PROTO:
		mnl_attr_parse_nested(a, take_protocol, data);
		break;
	}
	return MNL_CB_OK;
}

/* Conntrack sees both ends at once, so that its words are fewer: either end's FIN is FIN_WAIT. */
static enum tcp_state state_of(uint8_t word)
{
	static const uint8_t states[TCP_CONNTRACK_MAX] = {
		[TCP_CONNTRACK_SYN_SENT] = STATE_SYN_SENT,       [TCP_CONNTRACK_SYN_RECV] = STATE_SYN_RECV,
		[TCP_CONNTRACK_ESTABLISHED] = STATE_ESTABLISHED, [TCP_CONNTRACK_FIN_WAIT] = STATE_FIN_WAIT1,
		[TCP_CONNTRACK_CLOSE_WAIT] = STATE_CLOSE_WAIT,   [TCP_CONNTRACK_LAST_ACK] = STATE_LAST_ACK,
		[TCP_CONNTRACK_TIME_WAIT] = STATE_TIME_WAIT,     [TCP_CONNTRACK_CLOSE] = STATE_CLOSE,
		[TCP_CONNTRACK_SYN_SENT2] = STATE_SYN_SENT,
	};

	return word < TCP_CONNTRACK_MAX ? states[word] : STATE_NONE;
}

static int take_tcp(const struct nlattr *a, void *data)
{
	struct message *m = data;

	if (mnl_attr_get_type(a) == CTA_PROTOINFO_TCP_STATE && mnl_attr_get_payload_len(a))
		m->state = (uint8_t)state_of(mnl_attr_get_u8(a));
	return MNL_CB_OK;
}

static int take_protoinfo(const struct nlattr *a, void *data)
{
	if (mnl_attr_get_type(a) == CTA_PROTOINFO_TCP)
		mnl_attr_parse_nested(a, take_tcp, data);
	return MNL_CB_OK;
}

static int take_attribute(const struct nlattr *a, void *data)
{
	struct message *m = data;

	switch (mnl_attr_get_type(a)) {
	case CTA_TUPLE_ORIG:
		mnl_attr_parse_nested(a, take_tuple, &m->original);
		break;
	case CTA_TUPLE_REPLY:
		mnl_attr_parse_nested(a, take_tuple, &m->reply);
		break;
	case CTA_PROTOINFO:
		mnl_attr_parse_nested(a, take_protoinfo, m);
		break;
	case CTA_ZONE:
		m->zone = port_of(a); /* in network order, as ports are */
		break;
	}
	return MNL_CB_OK;
}

bool conntrack_decode(const struct nlmsghdr *message, struct track *ret)
{
	struct message m = { 0 };

	if (message->nlmsg_type != (NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW) ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(struct nfgenmsg) ||
	    mnl_attr_parse(message, sizeof(struct nfgenmsg), take_attribute, &m) < 0)
		return false;
	if (m.original.protocol != IPPROTO_TCP || !m.original.destination.port || !m.reply.source.port)
		return false;
	*ret = (struct track){ .source = m.original.source,
		               .destination = m.original.destination,
		               .seen_source = m.reply.destination,
		               .seen_destination = m.reply.source,
		               .zone = m.zone,
		               .state = m.state };
	return true;
}

struct reading {
	void (*found)(void *context, const struct track *track);
	void *context;
};

static int take_entry(const struct nlmsghdr *message, void *data)
{
	struct reading *r = data;
	struct track track;

	if (conntrack_decode(message, &track))
		r->found(r->context, &track);
	return MNL_CB_OK;
}

static int conntrack_ask(struct mnl_socket *s, void *buffer, uint8_t message, uint16_t flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *family = mnl_nlmsg_put_extra_header(h, sizeof(*family));

	h->nlmsg_type = (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | message);
	h->nlmsg_flags = NLM_F_REQUEST | flags;
	family->nfgen_family = AF_UNSPEC;
	family->version = NFNETLINK_V0;
	return mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) || mnl_socket_sendto(s, h, h->nlmsg_len) < 0 ? -errno : 0;
}

/* One request and all of its answer. */
static int exchange(uint8_t message, uint16_t flags, struct reading *r)
{
	cleanup(cleanup_free) char *buffer = memory_resize(NULL, BUFFER_BYTES, 1);
	struct mnl_socket *s = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	int err = s ? conntrack_ask(s, buffer, message, flags) : -errno, more = MNL_CB_OK;

	while (!err && more > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(s, buffer, BUFFER_BYTES);
		more = n < 0 ? -1 : mnl_cb_run(buffer, (size_t)n, 0, 0, take_entry, r);
		if (more < 0)
			err = -errno;
	}
	if (s)
		mnl_socket_close(s);
	return err;
}

int conntrack_dump(void (*found)(void *context, const struct track *track), void *context)
{
	return exchange(IPCTNL_MSG_CT_GET, NLM_F_DUMP, &(struct reading){ found, context });
}

/* Its figures, which need the same right; the acknowledgement ends the answer. */
int conntrack_probe(void)
{
	return exchange(IPCTNL_MSG_CT_GET_STATS, NLM_F_ACK, &(struct reading){ 0 });
}
