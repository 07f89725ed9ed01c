#include "clock.h"
#include "file.h"
#include <time.h>

static uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

uint64_t clock_unix_ms(void)
{
	return clock_ns(CLOCK_REALTIME) / NS_PER_MS;
}

uint64_t clock_boot_ns(void)
{
	return clock_ns(CLOCK_BOOTTIME);
}

void clock_now(uint64_t *ret_boot_ns, uint64_t *ret_unix_ms)
{
	uint64_t boot_ns = clock_ns(CLOCK_BOOTTIME), unix_ns = clock_ns(CLOCK_REALTIME);

	*ret_unix_ms = unix_ns / NS_PER_MS;
	*ret_boot_ns = boot_ns - unix_ns % NS_PER_MS; /* when that millisecond began */
}

uint64_t clock_boot_offset_ns(void)
{
	TEXT_CLEANUP offsets = { 0 };
	long long s, ns;

	/* "monotonic 0 0" and "boottime 100000 0"; not there without CONFIG_TIME_NS */
	if (file_read("/proc/self/timens_offsets", 256, &offsets))
		return 0;
	const char *boot = strstr(offsets.bytes, "boottime");
	if (!boot || sscanf(boot, "boottime %lld %lld", &s, &ns) != 2)
		return 0;
	return (uint64_t)s * NS_PER_S + (uint64_t)ns;
}

uint64_t clock_monotonic_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

uint64_t clock_spent_ns(void)
{
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

/* The coarse clocks advance once a jiffy, so their resolution is 1/CONFIG_HZ: no kernel config needed. */
uint64_t clock_tick_ns(void)
{
	struct timespec t;

	clock_getres(CLOCK_MONOTONIC_COARSE, &t);
	return (uint64_t)t.tv_nsec;
}
