/* Ctrl-C ends the wait and is seen; a second one ends the program. In children, since signals belong to them. */
#include "unit.h"
#include "base/clock.h"
#include "base/stop.h"
#include <signal.h>
#include <sys/wait.h>

static int status_of(void (*play)(void))
{
	int status;
	pid_t child = fork();

	if (!child) {
		play();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void stopped_by_a_signal(void)
{
	stop_on_signals();
	if (stop_asked() || stop_wait_ms(1))
		_exit(1);
	raise(SIGTERM);
	uint64_t before_ns = clock_monotonic_ns();
	if (!stop_asked() || !stop_wait_ms(60000) || clock_monotonic_ns() - before_ns > 30 * NS_PER_S)
		_exit(2);
}

static void interrupted_twice(void)
{
	stop_on_signals();
	raise(SIGINT);
	raise(SIGINT);
	_exit(3);
}

static void a_signal_ends_the_wait(void **state)
{
	assert_int_equal(status_of(stopped_by_a_signal), 0);
}

static void a_second_signal_ends_the_program(void **state)
{
	int status = status_of(interrupted_twice);

	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
}

static void a_wait_takes_its_time(void **state)
{
	uint64_t before_ns = clock_monotonic_ns();

	assert_false(stop_wait_ms(20));
	assert_true(clock_monotonic_ns() - before_ns >= 20 * NS_PER_MS);
}

UNIT_MAIN(TEST(a_signal_ends_the_wait), TEST(a_second_signal_ends_the_program), TEST(a_wait_takes_its_time));
