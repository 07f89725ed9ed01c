/* counting hold: attaches what counts connections all the time, says "ready", and waits for the end of its input.
 * counting rate SECONDS: connects and closes as fast as it can, and prints how many a second.
 * What tests/bench/tracers compares with other tracers, which are programs of their own, too. */
#include "base/clock.h"
#include "connection.h"
#include "trace/counts.h"

static int hold(void)
{
	const struct hook_options usual = { 0 };
	struct counts *counts;
	char byte;

	if (counts_open(&usual, &counts))
		return 1;
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	counts_close(counts);
	return 0;
}

static int rate(double seconds)
{
	struct loop loop = loop_open();
	uint64_t began_ns = clock_monotonic_ns(), now_ns = began_ns, count = 0;

	for (; now_ns < began_ns + (uint64_t)(seconds * NS_PER_S); now_ns = clock_monotonic_ns(), count++)
		loop_connect_ns(&loop);
	printf("%.0f\n", (double)count * NS_PER_S / (double)(now_ns - began_ns));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && streq(argv[1], "hold"))
		return hold();
	return argc == 3 && streq(argv[1], "rate") ? rate(atof(argv[2])) : 2;
}
