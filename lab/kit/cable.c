/* Nothing of it outlives its namespaces: the kernel removes a pair with either end. */
#include "lab/kit/cable.h"
#include "lab/kit/netlink.h"
#include "base/memory.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <net/route.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int cable_add(const char *near, const char *far, int far_fd)
{
	cleanup(cleanup_close) int fd = nl_open(NETLINK_ROUTE);
	struct ifinfomsg link = { 0 };
	struct nl_request r;

	if (fd < 0)
		return fd;
	nl_begin(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof(link));
	nl_add(&r, IFLA_IFNAME, near, strlen(near) + 1);
	struct nlattr *info = nl_nest(&r, IFLA_LINKINFO);
	nl_add(&r, IFLA_INFO_KIND, "veth", sizeof("veth"));
	struct nlattr *data = nl_nest(&r, IFLA_INFO_DATA);
	struct nlattr *peer = nl_add(&r, VETH_INFO_PEER, &link, sizeof(link));
	nl_add(&r, IFLA_IFNAME, far, strlen(far) + 1);
	nl_add(&r, IFLA_NET_NS_FD, &far_fd, sizeof(far_fd));
	nl_nest_end(&r, peer);
	nl_nest_end(&r, data);
	nl_nest_end(&r, info);
	return nl_ask(fd, &r);
}

static struct sockaddr address_of(const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr any;

	inet_pton(AF_INET, text, &in.sin_addr);
	memcpy(&any, &in, sizeof(any));
	return any;
}

int cable_up(const char *name, const char *address)
{
	cleanup(cleanup_close) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { 0 };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	request.ifr_addr = address_of(address);
	if (fd < 0 || ioctl(fd, SIOCSIFADDR, &request))
		return -errno;
	request.ifr_netmask = address_of("255.255.255.0");
	if (ioctl(fd, SIOCSIFNETMASK, &request))
		return -errno;
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	return ioctl(fd, SIOCSIFFLAGS, &request) ? -errno : 0;
}

int cable_down(const char *name)
{
	cleanup(cleanup_close) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { 0 };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	return fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) ? -errno : 0;
}

int cable_route(const char *network, const char *mask, const char *gateway)
{
	cleanup(cleanup_close) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct rtentry route = { .rt_dst = address_of(network),
		                 .rt_genmask = address_of(mask),
		                 .rt_gateway = address_of(gateway),
		                 .rt_flags = RTF_UP | RTF_GATEWAY };

	return fd < 0 || ioctl(fd, SIOCADDRT, &route) ? -errno : 0;
}
