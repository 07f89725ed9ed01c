/* connects SECONDS: connects and closes as fast as it can, and prints the 99th percentile of the time a connect()
 * takes, in microseconds. What a neighbour feels of our looking. */
#include "base/clock.h"
#include "connection.h"

enum { SAMPLES_MOST = 2000000 };

static int compare(const void *a, const void *b)
{
	return CMP(*(const uint32_t *)a, *(const uint32_t *)b);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	struct loop loop = loop_open();
	uint64_t end_ns = clock_monotonic_ns() + (uint64_t)(atof(argv[1]) * NS_PER_S);
	uint32_t *samples = calloc(SAMPLES_MOST, sizeof(*samples));
	size_t count = 0;

	while (count < SAMPLES_MOST && clock_monotonic_ns() < end_ns)
		samples[count++] = (uint32_t)loop_connect_ns(&loop);
	qsort(samples, count, sizeof(*samples), compare);
	printf("%.1f\n", samples[count * 99 / 100] / 1e3);
	free(samples);
	return 0;
}
