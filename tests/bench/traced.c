/* traced SECONDS: what a program that connects and closes as fast as it can loses while unfin watches calls and
 * closes. Interleaved pairs of so many seconds watched and as many not, in turn first; so drift of the machine falls
 * on both.
 * Prints "LOW MEDIAN KERNEL_NS RATE": the ratio of the two rates (its median and the lower end of the median's 95%
 * interval), the processor time that watching adds to a connection (median), and connections a second without it.
 * Processor time is all of it, for the loop's own process carries both ends, the softirqs of loopback and the kernel
 * programs. */
#include "base/clock.h"
#include "connection.h"
#include "trace/events.h"
#include <time.h>

/* The median lies above the tenth smallest of thirty in 98% of all cases, whatever the distribution: binomial(30, 1/2)
 * is below 10 in 2%. */
enum { PAIRS = 30, LOW = 9 };

struct slice {
	double per_s, cpu_ns; /* connections; of one of them */
};

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static struct slice slice_run(const struct loop *loop, double seconds)
{
	uint64_t began_ns = clock_monotonic_ns(), now_ns = began_ns, cpu_began_ns = cpu_ns(), count = 0;
	uint64_t end_ns = began_ns + (uint64_t)(seconds * NS_PER_S);

	for (; now_ns < end_ns; now_ns = clock_monotonic_ns(), count++)
		loop_connect_ns(loop);
	return (struct slice){ .per_s = (double)count * NS_PER_S / (double)(now_ns - began_ns),
		               .cpu_ns = (double)(cpu_ns() - cpu_began_ns) / (double)count };
}

static struct slice slice_watched(const struct loop *loop, double seconds)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(events_cleanup) struct events *events = NULL;
	struct gap why;

	if (events_open(arena, &events, &why)) {
		fprintf(stderr, "traced: %s: %s\n", why.what, why.why);
		exit(1);
	}
	return slice_run(loop, seconds);
}

static int compare(const void *a, const void *b)
{
	return CMP(*(const double *)a, *(const double *)b);
}

int main(int argc, char **argv)
{
	double ratios[PAIRS], added_ns[PAIRS], per_s[PAIRS];

	if (argc != 2)
		return 2;
	struct loop loop = loop_open();
	double seconds = atof(argv[1]);
	slice_watched(&loop, seconds); /* warm */
	for (int i = 0; i < PAIRS; i++) {
		struct slice watched = i % 2 ? slice_watched(&loop, seconds) : (struct slice){ 0 };
		struct slice alone = slice_run(&loop, seconds);
		if (i % 2 == 0)
			watched = slice_watched(&loop, seconds);
		ratios[i] = watched.per_s / alone.per_s;
		added_ns[i] = watched.cpu_ns - alone.cpu_ns;
		per_s[i] = alone.per_s;
	}
	qsort(ratios, PAIRS, sizeof(*ratios), compare);
	qsort(added_ns, PAIRS, sizeof(*added_ns), compare);
	qsort(per_s, PAIRS, sizeof(*per_s), compare);
	printf("%.4f %.4f %.0f %.0f\n", ratios[LOW], ratios[PAIRS / 2], added_ns[PAIRS / 2], per_s[PAIRS / 2]);
	return 0;
}
