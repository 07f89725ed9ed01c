/* connects SECONDS: connects to a listener of its own as fast as it can, and prints the 99th percentile of the
 * time a connect() takes, in microseconds, and how many there were. What a neighbour feels of our looking.
 * The connections end by a reset, so that no TIME_WAIT piles up. */
#include "base/clock.h"
#include <arpa/inet.h>
#include <sys/socket.h>

enum { SAMPLES_MOST = 2000000 };

static int compare(const void *a, const void *b)
{
	return CMP(*(const uint32_t *)a, *(const uint32_t *)b);
}

static uint32_t connect_once(int listener, const struct sockaddr_in *to)
{
	struct linger reset = { .l_onoff = 1 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	uint64_t began = clock_monotonic_ns();

	if (connect(fd, (const struct sockaddr *)to, sizeof(*to))) {
		perror("connect");
		exit(1);
	}
	uint64_t took = clock_monotonic_ns() - began;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
	close(accept(listener, NULL, NULL));
	return (uint32_t)took;
}

int main(int argc, char **argv)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f090901) };
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t size = sizeof(here);

	if (argc != 2 || bind(listener, (struct sockaddr *)&here, size) || listen(listener, 128) ||
	    getsockname(listener, (struct sockaddr *)&here, &size))
		return 2;
	uint64_t end = clock_monotonic_ns() + (uint64_t)(atof(argv[1]) * 1e9);
	uint32_t *samples = calloc(SAMPLES_MOST, sizeof(*samples));
	size_t count = 0;
	while (clock_monotonic_ns() < end && count < SAMPLES_MOST)
		samples[count++] = connect_once(listener, &here);
	qsort(samples, count, sizeof(*samples), compare);
	printf("%.1f %zu\n", samples[count * 99 / 100] / 1e3, count);
	free(samples);
	return 0;
}
