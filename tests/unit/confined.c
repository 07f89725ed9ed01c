/* Work in a child that can do nothing else, and that ends whatever it does. */
#include "unit.h"
#include "base/clock.h"
#include "power/confined.h"
#include "power/power.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { QUICK_MS = 300, ENDS_MS = 5000 };

static int run(void (*work)(void *, int), uint64_t time_ms, struct text *ret)
{
	struct confined c = {
		.work = work, .time_ms = time_ms, .most = 64, .become = { CONFINED_NOBODY, CONFINED_NOBODY }
	};

	return confined_run(&c, ret);
}

static void say_four(void *context, int out)
{
	confined_write(out, "four", 4);
}

static void try_all(void *context, int out)
{
	char said = 0;

	said |= open("/etc/passwd", O_RDONLY) >= 0 ? 1 : 0;
	said |= open("/dev/shm/unfin-confined", O_RDWR | O_CREAT, 0600) >= 0 ? 2 : 0;
	said |= setuid(0) == 0 ? 4 : 0;
	said |= fork() >= 0 ? 8 : 0;
	confined_write(out, &said, 1);
}

static void sleep_on(void *context, int out)
{
	for (;;)
		pause();
}

static void spin(void *context, int out)
{
	for (volatile unsigned n = 0;; n++)
		;
}

static void flood(void *context, int out)
{
	while (confined_write(out, "0123456789abcdef", 16))
		;
	for (;;)
		pause();
}

static void die(void *context, int out)
{
	confined_write(out, "half", 4);
	abort();
}

static void what_it_writes_comes_back(void **state)
{
	TEXT_CLEANUP said = { 0 };

	assert_int_equal(run(say_four, ENDS_MS, &said), 0);
	assert_int_equal(said.length, 4);
	assert_memory_equal(said.bytes, "four", 4);
}

static void it_opens_and_becomes_nothing(void **state)
{
	TEXT_CLEANUP said = { 0 };

	if (!power_filters())
		skip();
	int status = run(try_all, ENDS_MS, &said);

	if (status == -EIO) /* with UNFIN_FILTER=kill it is ended at the first of these */
		return;
	assert_int_equal(said.length, 1);
	assert_int_equal(said.bytes[0], 0);
}

static void ends_in_time(void (*work)(void *, int), int expected)
{
	uint64_t began_ns = clock_monotonic_ns();
	TEXT_CLEANUP said = { 0 };

	assert_int_equal(run(work, QUICK_MS, &said), expected);
	assert_true(clock_monotonic_ns() - began_ns < ENDS_MS * NS_PER_MS);
}

/* By one that may not end other users' processes any more. */
static void one_that_does_not_end_is_ended(void **state)
{
	power_drop(POWER_LOOK);
	ends_in_time(sleep_on, -ETIMEDOUT);
	ends_in_time(spin, -ETIMEDOUT);
	ends_in_time(flood, -EFBIG);
}

static void what_came_before_its_death_is_kept(void **state)
{
	TEXT_CLEANUP said = { 0 };

	assert_int_equal(run(die, ENDS_MS, &said), -EIO);
	assert_memory_equal(said.bytes, "half", 4);
}

UNIT_MAIN(TEST(what_it_writes_comes_back), TEST(it_opens_and_becomes_nothing), TEST(one_that_does_not_end_is_ended),
          TEST(what_came_before_its_death_is_kept));
