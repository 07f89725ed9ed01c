/* What a thread waits for, from the text of /proc/PID/task/TID/syscall. */
#include "unit.h"
#include "source/thread_wait.h"
#include <sys/syscall.h>

static enum thread_wait wait_of(const char *format, int number, char letter)
{
	char text[128];
	struct thread_call call;

	snprintf(text, sizeof(text), format, number);
	return thread_wait_parse(text, 1, letter, &call);
}

static void a_lock_with_a_time_limit_is_a_sleep(void **state)
{
	assert_int_equal(wait_of("%d 0x7f00 0x80 0x2 0x0 0x0 0x0 0x7ffd 0x7f01", SYS_futex, 'S'), WAIT_LOCK);
	assert_int_equal(wait_of("%d 0x7f00 0x89 0x0 0x7ffd10 0x0 0xffffffff 0x7ffd 0x7f01", SYS_futex, 'S'),
	                 WAIT_EVENT);
}

static void who_waits_for_work_is_told_from_who_waits_for_others(void **state)
{
	assert_int_equal(wait_of("%d 0x4 0x0 0x0 0x0 0x0 0x0 0x7ffd 0x7f01", SYS_accept4, 'S'), WAIT_EVENT);
	assert_int_equal(wait_of("%d 0x4 0x2 0x0 0x0 0x0 0x0 0x7ffd 0x7f01", SYS_flock, 'S'), WAIT_LOCK);
	assert_int_equal(wait_of("%d 0x4 0x2 0x0 0x0 0x0 0x0 0x7ffd 0x7f01", SYS_flock, 'D'), WAIT_DISK);
}

static void who_runs_is_in_no_call(void **state)
{
	struct thread_call call;

	assert_int_equal(thread_wait_parse("running", 1, 'R', &call), WAIT_NONE);
	assert_int_equal(call.number, -1);
	assert_int_equal(thread_wait_parse("-1 0x7ffd 0x7f01", 1, 'S', &call), WAIT_OTHER);
	assert_null(thread_wait_syscall(call.number));
}

UNIT_MAIN(TEST(a_lock_with_a_time_limit_is_a_sleep), TEST(who_waits_for_work_is_told_from_who_waits_for_others),
          TEST(who_runs_is_in_no_call));
