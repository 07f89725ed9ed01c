#include "lab/kit/namespace.h"
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static int loopback_up(void)
{
	cleanup(cleanup_close) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };

	return fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) ? -errno : 0;
}

int namespace_enter_new(void)
{
	if (unshare(CLONE_NEWNET))
		return -errno;
	return loopback_up();
}

int sysctl_write(const char *name, const char *format, ...)
{
	cleanup(cleanup_free) char *path = NULL, *value = NULL;
	va_list args;

	va_start(args, format);
	int length = vasprintf(&value, format, args);
	va_end(args);
	if (length < 0 || asprintf(&path, "/proc/sys/%s", name) < 0)
		return -ENOMEM;
	for (char *c = path; *c; c++)
		*c = *c == '.' ? '/' : *c;
	cleanup(cleanup_close) int fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd < 0 || write(fd, value, (size_t)length) != length ? -errno : 0;
}
