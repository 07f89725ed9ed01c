/* Ctrl-C ends the wait and is seen; a second one ends the program. In children, since signals belong to them. */
#include "unit.h"
#include "base/clock.h"
#include "base/stop.h"
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
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

static void sleeping_is_refused(void)
{
	struct sock_filter lines[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_nanosleep, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ARRAY_SIZE(lines), lines };
	uint64_t before_ns = clock_monotonic_ns();

	alarm(10);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		_exit(1);
	if (stop_wait_ms(20) || clock_monotonic_ns() - before_ns < 20 * NS_PER_MS)
		_exit(2);
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

static void a_wait_ends_where_sleeping_is_refused(void **state)
{
	assert_int_equal(status_of(sleeping_is_refused), 0);
}

static void a_wait_takes_its_time(void **state)
{
	uint64_t before_ns = clock_monotonic_ns();

	assert_false(stop_wait_ms(20));
	assert_true(clock_monotonic_ns() - before_ns >= 20 * NS_PER_MS);
}

UNIT_MAIN(TEST(a_signal_ends_the_wait), TEST(a_second_signal_ends_the_program), TEST(a_wait_takes_its_time),
          TEST(a_wait_ends_where_sleeping_is_refused));
