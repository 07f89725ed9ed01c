#include "unit.h"
#include "base/clock.h"
#include <time.h>

static void the_wall_clock_in_ms(void **state)
{
	uint64_t before = (uint64_t)time(NULL), now = clock_unix_ms() / MS_PER_S;

	assert_in_range(now, before, before + 60);
}

/* Process starts count from boot, suspended time included: never less than the monotonic clock. */
static void the_boot_clock_is_not_behind(void **state)
{
	uint64_t monotonic = clock_monotonic_ns(), boot = clock_boot_ns();

	assert_true(boot >= monotonic);
	assert_true(clock_monotonic_ns() >= monotonic);
}

/* CONFIG_HZ is 100, 250, 300 or 1000. */
static void a_tick_is_one_of_the_kernels(void **state)
{
	assert_in_range(clock_tick_ns(), NS_PER_MS - NS_PER_MS / 100, 10 * NS_PER_MS + NS_PER_MS / 100);
}

UNIT_MAIN(TEST(the_wall_clock_in_ms), TEST(the_boot_clock_is_not_behind), TEST(a_tick_is_one_of_the_kernels));
