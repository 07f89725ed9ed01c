#include "netns.h"
#include "population.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <linux/if_tun.h>
#include <linux/ipv6.h>

static void request(int fd, unsigned long what, void *argument, const char *name)
{
	if (ioctl(fd, what, argument) && errno != EEXIST)
		give_up(name);
}

static void add_v4(int fd, const char *device, const char *address, const char *mask)
{
	struct ifreq r = { 0 };
	struct sockaddr_in *in = (struct sockaddr_in *)&r.ifr_addr;

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", device);
	in->sin_family = AF_INET;
	inet_pton(AF_INET, address, &in->sin_addr);
	request(fd, SIOCSIFADDR, &r, "SIOCSIFADDR");
	inet_pton(AF_INET, mask, &in->sin_addr);
	request(fd, SIOCSIFNETMASK, &r, "SIOCSIFNETMASK");
}

static void add_v6(int fd, const char *address)
{
	struct in6_ifreq r = { .ifr6_ifindex = 1, .ifr6_prefixlen = 128 };

	inet_pton(AF_INET6, address, &r.ifr6_addr);
	request(fd, SIOCSIFADDR, &r, "SIOCSIFADDR of IPv6");
}

static char hole[] = "hole";

static void set_up_link(int fd, const char *name)
{
	struct ifreq r = { 0 };

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	request(fd, SIOCGIFFLAGS, &r, "SIOCGIFFLAGS");
	r.ifr_flags |= IFF_UP;
	request(fd, SIOCSIFFLAGS, &r, "SIOCSIFFLAGS");
}

/* A device whose packets nobody reads: a SYN to there stays without any answer. On lo the kernel itself would
 * answer a retransmitted one, with ICMPv6. */
static int make_hole(void)
{
	struct ifreq r = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		give_up("/dev/net/tun");
	memcpy(r.ifr_name, hole, sizeof(hole));
	request(fd, TUNSETIFF, &r, "TUNSETIFF");
	return fd;
}

static void swallow_v4(int fd, const char *network)
{
	struct rtentry r = { .rt_flags = RTF_UP, .rt_dev = hole };
	struct sockaddr_in *in = (struct sockaddr_in *)&r.rt_dst, *mask = (struct sockaddr_in *)&r.rt_genmask;

	in->sin_family = mask->sin_family = AF_INET;
	inet_pton(AF_INET, network, &in->sin_addr);
	inet_pton(AF_INET, "255.255.0.0", &mask->sin_addr);
	request(fd, SIOCADDRT, &r, "SIOCADDRT");
}

static void swallow_v6(int fd, const char *network)
{
	struct in6_rtmsg r = { .rtmsg_dst_len = 64, .rtmsg_flags = RTF_UP, .rtmsg_metric = 1 };

	r.rtmsg_ifindex = (int)if_nametoindex(hole);
	inet_pton(AF_INET6, network, &r.rtmsg_dst);
	request(fd, SIOCADDRT, &r, "SIOCADDRT of IPv6");
}

static void set_up(void)
{
	cleanup(cleanup_close) int four = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	cleanup(cleanup_close) int six = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (four < 0 || six < 0)
		give_up("socket");
	set_up_link(four, "lo");
	set_up_link(four, hole);
	add_v4(four, "lo:1", "10.77.0.1", "255.255.255.255");
	add_v4(four, "lo:2", "10.77.0.2", "255.255.255.255");
	add_v6(six, "fd77::1");
	add_v6(six, "fd77::2");
	swallow_v4(four, "10.88.0.0");
	swallow_v6(six, "fd88::");
}

int netns_new(int *ret_hole)
{
	if (unshare(CLONE_NEWNET))
		give_up("a network namespace of its own needs root");
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		give_up("/proc/thread-self/ns/net");
	*ret_hole = make_hole();
	set_up();
	return fd;
}

void netns_set(int fd)
{
	if (setns(fd, CLONE_NEWNET))
		give_up("setns");
}

void netns_setting(const char *name, const char *format, ...)
{
	char path[128];
	va_list args;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
	cleanup(cleanup_close) int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return;
	va_start(args, format);
	if (fd < 0 || vdprintf(fd, format, args) < 0)
		give_up(path);
	va_end(args);
}
