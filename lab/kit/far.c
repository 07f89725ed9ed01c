/* The other host: a second namespace, joined to ours by a veth pair. Made with the plain requests that
 * `ip link add … type veth peer … netns` sends. */
#include "lab/kit/maker.h"
#include "base/log.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <net/route.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

struct request {
	struct nlmsghdr head;
	struct ifinfomsg link;
	char attributes[256];
};

static struct rtattr *attribute_add(struct request *r, unsigned short type, const void *data, size_t bytes)
{
	struct rtattr *a = (struct rtattr *)((char *)r + NLMSG_ALIGN(r->head.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(bytes);
	if (bytes)
		memcpy(RTA_DATA(a), data, bytes);
	r->head.nlmsg_len = NLMSG_ALIGN(r->head.nlmsg_len) + RTA_ALIGN(a->rta_len);
	return a;
}

/* Everything after the attribute belongs into it. */
static void attribute_close(struct request *r, struct rtattr *a)
{
	a->rta_len = (unsigned short)((char *)r + r->head.nlmsg_len - (char *)a);
}

static int veth_add(int far_fd)
{
	cleanup(cleanup_close) int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct request r = { .head = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)),
		                       .nlmsg_type = RTM_NEWLINK,
		                       .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK } };
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[512];
	} answer;

	attribute_add(&r, IFLA_IFNAME, "near", sizeof("near"));
	struct rtattr *info = attribute_add(&r, IFLA_LINKINFO, NULL, 0);
	attribute_add(&r, IFLA_INFO_KIND, "veth", sizeof("veth"));
	struct rtattr *data = attribute_add(&r, IFLA_INFO_DATA, NULL, 0);
	struct rtattr *peer = attribute_add(&r, VETH_INFO_PEER, &(struct ifinfomsg){ 0 }, sizeof(struct ifinfomsg));
	attribute_add(&r, IFLA_IFNAME, "far", sizeof("far"));
	attribute_add(&r, IFLA_NET_NS_FD, &far_fd, sizeof(far_fd));
	attribute_close(&r, peer);
	attribute_close(&r, data);
	attribute_close(&r, info);
	if (fd < 0 || send(fd, &r, r.head.nlmsg_len, 0) < 0 || recv(fd, &answer, sizeof(answer), 0) < 0)
		return -errno;
	return answer.error.error;
}

static int interface_up(const char *name, const char *address)
{
	cleanup(cleanup_close) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct ifreq request = { 0 };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	inet_pton(AF_INET, address, &in.sin_addr);
	memcpy(&request.ifr_addr, &in, sizeof(in));
	if (fd < 0 || ioctl(fd, SIOCSIFADDR, &request))
		return -errno;
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	return ioctl(fd, SIOCSIFFLAGS, &request) ? -errno : 0;
}

/* Makes the second namespace and comes back into ours. */
static int far_namespace(struct lab *lab, int near_fd)
{
	int error = namespace_enter_new();

	if (!error) {
		lab->far_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
		error = lab->far_fd < 0 ? -errno : 0;
	}
	return setns(near_fd, CLONE_NEWNET) ? -errno : error;
}

int lab_far(struct lab *lab)
{
	cleanup(cleanup_close) int near_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	int error = near_fd < 0 ? -errno : far_namespace(lab, near_fd);

	if (!error)
		error = veth_add(lab->far_fd);
	if (!error)
		error = setns(lab->far_fd, CLONE_NEWNET) ? -errno : interface_up("far", "10.77.0.2");
	if (setns(near_fd, CLONE_NEWNET))
		error = -errno;
	if (!error)
		error = interface_up("near", "10.77.0.1");
	return error ? lab_failed("another host behind a veth pair", error) : 0;
}

static struct sockaddr address_of(const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr any;

	inet_pton(AF_INET, text, &in.sin_addr);
	memcpy(&any, &in, sizeof(any));
	return any;
}

int lab_route(struct lab *lab, const char *network, const char *mask, const char *gateway)
{
	cleanup(cleanup_close) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct rtentry route = { .rt_dst = address_of(network),
		                 .rt_genmask = address_of(mask),
		                 .rt_gateway = address_of(gateway),
		                 .rt_flags = RTF_UP | RTF_GATEWAY };

	(void)lab;
	return fd < 0 || ioctl(fd, SIOCADDRT, &route) ? lab_failed("a route", -errno) : 0;
}
