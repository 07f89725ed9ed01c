#include "stop.h"
#include "clock.h"
#include <poll.h>
#include <signal.h>
#include <time.h>

static volatile sig_atomic_t stop_;

static void on_signal(int signal)
{
	stop_ = 1;
}

void stop_on_signals(void)
{
	/* No SA_RESTART: the wait must end. SA_RESETHAND: who presses twice means it. */
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool stop_asked(void)
{
	return stop_;
}

bool stop_wait_ms(uint64_t ms)
{
	uint64_t end = clock_monotonic_ns() + ms * NS_PER_MS;
	struct timespec until = { .tv_sec = (time_t)(end / NS_PER_S), .tv_nsec = (long)(end % NS_PER_S) };

	/* Where sleeping is refused, for whatever reason, the time ends all the same, and no processor spins until
	 * then. */
	while (!stop_ && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) && clock_monotonic_ns() < end)
		poll(NULL, 0, 1);
	return stop_;
}
