/* The other host: a second namespace, joined to ours by a veth pair. Made with the plain requests that
 * `ip link add … type veth peer … netns` sends. */
#include "lab/kit/maker.h"
#include "lab/kit/netlink.h"
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

static int veth_add(int far_fd)
{
	cleanup(cleanup_close) int fd = nl_open(NETLINK_ROUTE);
	struct ifinfomsg link = { 0 };
	struct nl_request r;

	if (fd < 0)
		return fd;
	nl_begin(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof(link));
	nl_add(&r, IFLA_IFNAME, "near", sizeof("near"));
	struct nlattr *info = nl_nest(&r, IFLA_LINKINFO);
	nl_add(&r, IFLA_INFO_KIND, "veth", sizeof("veth"));
	struct nlattr *data = nl_nest(&r, IFLA_INFO_DATA);
	struct nlattr *peer = nl_add(&r, VETH_INFO_PEER, &link, sizeof(link));
	nl_add(&r, IFLA_IFNAME, "far", sizeof("far"));
	nl_add(&r, IFLA_NET_NS_FD, &far_fd, sizeof(far_fd));
	nl_nest_end(&r, peer);
	nl_nest_end(&r, data);
	nl_nest_end(&r, info);
	return nl_ask(fd, &r);
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

static int interface_down(const char *name)
{
	cleanup(cleanup_close) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { 0 };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	return fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) ? -errno : 0;
}

int lab_far_leaves(struct lab *lab)
{
	cleanup(cleanup_close) int near_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	int error = near_fd < 0 || setns(lab->far_fd, CLONE_NEWNET) ? -errno : interface_down("far");

	if (setns(near_fd, CLONE_NEWNET))
		error = -errno;
	return error ? lab_failed("the other host's way out", error) : 0;
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
