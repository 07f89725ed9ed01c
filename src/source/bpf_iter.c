#include "bpf_iter.h"
#include <bpf/bpf.h>
#include <errno.h>

int bpf_iter_read(int link, char *buffer, size_t room, iter_feed feed, void *context)
{
	cleanup(cleanup_close) int fd = bpf_iter_create(link);
	size_t kept = 0;

	if (fd < 0)
		return -errno;
	for (;;) {
		ssize_t n = read(fd, buffer + kept, room - kept);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return kept ? -EPROTO : 0;
		ssize_t used = feed(context, buffer, kept + (size_t)n);
		if (used < 0)
			return (int)used;
		kept += (size_t)n - (size_t)used;
		memmove(buffer, buffer + used, kept);
	}
}
