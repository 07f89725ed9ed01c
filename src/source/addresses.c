/* Seen on Linux 6.18: bind() takes every IPv4 address that a local route covers, be its link up or down, and any at all
 * in a namespace that has no such table yet; of IPv6 it takes none that is tentative, and local routes do not count. */
#include "addresses.h"
#include "base/file.h"
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define IPV4 "/proc/sys/net/ipv4/"
#define IPV6 "/proc/sys/net/ipv6/"

enum { BUFFER_BYTES = 16 * 1024, V4_BITS = 96 };

struct reading {
	struct moment *moment;
	uint32_t netns;
	struct mnl_socket *socket;
};

static struct local_address *address_add(struct reading *r, const struct addr *a, unsigned bits)
{
	struct local_address *l = array_push(&r->moment->addresses);

	*l = (struct local_address){ .netns = r->netns, .range = { .addr = *a, .bits = (uint8_t)bits } };
	return l;
}

/* The attribute of this type, if it has the size; NULL. */
static const void *attribute(const struct nlmsghdr *h, size_t header, unsigned type, size_t bytes)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, h, header) if (mnl_attr_get_type(a) == type &&
	                                    mnl_attr_get_payload_len(a) == bytes) return mnl_attr_get_payload(a);
	return NULL;
}

/* By the netlink socket that is open: no other kind is ours to open (src/power). */
static bool link_is_down(const struct reading *r, unsigned index)
{
	struct ifreq link = { .ifr_ifindex = (int)index };
	int fd = mnl_socket_get_fd(r->socket);

	return !ioctl(fd, SIOCGIFNAME, &link) && !ioctl(fd, SIOCGIFFLAGS, &link) && !(link.ifr_flags & IFF_RUNNING);
}

static int take_route(const struct nlmsghdr *h, void *data)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(h);
	uint32_t to = 0, interface;

	if (h->nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(h) < sizeof(*route) ||
	    route->rtm_type != RTN_LOCAL || route->rtm_table != RT_TABLE_LOCAL || route->rtm_dst_len > 32)
		return MNL_CB_OK;
	const void *destination = attribute(h, sizeof(*route), RTA_DST, sizeof(to));
	if (destination)
		memcpy(&to, destination, sizeof(to));
	struct addr a = addr_v4(to);
	struct local_address *l = address_add(data, &a, V4_BITS + route->rtm_dst_len);
	const void *through = attribute(h, sizeof(*route), RTA_OIF, sizeof(interface));
	if (through) {
		memcpy(&interface, through, sizeof(interface));
		l->link_down = link_is_down(data, interface);
	}
	return MNL_CB_OK;
}

static int take_v6(const struct nlmsghdr *h, void *data)
{
	const struct ifaddrmsg *message = mnl_nlmsg_get_payload(h);

	if (h->nlmsg_type != RTM_NEWADDR || mnl_nlmsg_get_payload_len(h) < sizeof(*message) ||
	    message->ifa_family != AF_INET6)
		return MNL_CB_OK;
	/* Of a point-to-point link IFA_ADDRESS is the other end. */
	const void *bytes =
	        attribute(h, sizeof(*message), IFA_LOCAL, 16) ?: attribute(h, sizeof(*message), IFA_ADDRESS, 16);
	if (!bytes)
		return MNL_CB_OK;
	struct addr a = addr_v6(bytes);
	struct local_address *l = address_add(data, &a, 128);
	if (message->ifa_flags & IFA_F_DADFAILED)
		l->state = ADDRESS_DUPLICATE;
	else if ((message->ifa_flags & IFA_F_TENTATIVE) && !(message->ifa_flags & IFA_F_OPTIMISTIC))
		l->state = ADDRESS_TENTATIVE;
	l->link_down = link_is_down(data, message->ifa_index);
	return MNL_CB_OK;
}

/* A dump that fails on the way says so at its end. */
static int take_end(const struct nlmsghdr *h, void *data)
{
	int error = 0;

	if (mnl_nlmsg_get_payload_len(h) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(h), sizeof(error));
	errno = -error;
	return error < 0 ? MNL_CB_ERROR : MNL_CB_STOP;
}

static int dump(struct reading *r, char *buffer, const struct nlmsghdr *request, mnl_cb_t take)
{
	mnl_cb_t ends[NLMSG_MIN_TYPE] = { [NLMSG_DONE] = take_end };
	int more = MNL_CB_OK;

	if (mnl_socket_sendto(r->socket, request, request->nlmsg_len) < 0)
		return -errno;
	while (more > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(r->socket, buffer, BUFFER_BYTES);
		more = n < 0 ? -1 : mnl_cb_run2(buffer, (size_t)n, 0, 0, take, r, ends, ARRAY_SIZE(ends));
	}
	return more < 0 ? -errno : 0;
}

/* Strict: the kernel (since 4.20) then looks at the table that is asked for, and not at a million routes of others. */
static int read_v4(struct reading *r, char *buffer)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buffer);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(h, sizeof(*route));
	struct addr any = addr_v4(0);

	if (mnl_socket_setsockopt(r->socket, NETLINK_GET_STRICT_CHK, &(int){ 1 }, sizeof(int)))
		return -errno;
	h->nlmsg_type = RTM_GETROUTE;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	route->rtm_family = AF_INET;
	route->rtm_table = RT_TABLE_LOCAL;
	int err = dump(r, buffer, h, take_route);
	if (err == -ENOENT) { /* no such table yet */
		address_add(r, &any, V4_BITS);
		return 0;
	}
	return err;
}

static int read_v6(struct reading *r, char *buffer)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buffer);
	struct ifaddrmsg *message = mnl_nlmsg_put_extra_header(h, sizeof(*message));

	h->nlmsg_type = RTM_GETADDR;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->ifa_family = AF_INET6;
	int err = dump(r, buffer, h, take_v6);
	return err == -EOPNOTSUPP || err == -EAFNOSUPPORT ? 0 : err; /* a kernel without IPv6 */
}

static bool is_set(const char *path)
{
	uint64_t value;

	return !file_read_u64(path, &value) && value;
}

static void read_settings(struct netns *n)
{
	uint64_t off;

	n->nonlocal_bind = is_set(IPV4 "ip_nonlocal_bind");
	n->nonlocal_bind6 = is_set(IPV6 "ip_nonlocal_bind");
	n->ipv6_off = file_read_u64(IPV6 "conf/all/disable_ipv6", &off) || off;
	n->ipv6_off_on_loopback = n->ipv6_off || is_set(IPV6 "conf/lo/disable_ipv6");
}

static void drop_earlier(struct moment *m, uint32_t netns)
{
	size_t kept = 0;

	array_each (&m->addresses, l)
		if (l->netns != netns)
			m->addresses.items[kept++] = *l;
	m->addresses.count = kept;
}

static int read_both(struct reading *r)
{
	char buffer[BUFFER_BYTES];

	if (mnl_socket_bind(r->socket, 0, MNL_SOCKET_AUTOPID))
		return -errno;
	return read_v4(r, buffer) ?: read_v6(r, buffer);
}

int addresses_read(struct moment *m, uint32_t netns)
{
	struct reading r = { .moment = m, .netns = netns, .socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC) };
	struct netns *n = &m->netns.items[netns];
	int err = r.socket ? 0 : -errno;

	drop_earlier(m, netns);
	if (!err) {
		err = read_both(&r);
		mnl_socket_close(r.socket);
	}
	n->addresses_known = !err;
	if (err)
		drop_earlier(m, netns);
	else
		read_settings(n);
	return err == -ENOPROTOOPT ? 0 : err; /* an older kernel: not known, and little is lost */
}
