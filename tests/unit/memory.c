/* Memory that cannot be had ends the program, with a message and the status of a system that cannot run it. */
#include "unit.h"
#include "base/memory.h"
#include <sys/wait.h>

static void assert_ends(void (*ask)(void))
{
	char said[64] = { 0 };
	int ends[2], status;

	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (!child) {
		dup2(ends[1], STDERR_FILENO);
		ask();
		_exit(0);
	}
	close(ends[1]);
	assert_true(read(ends[0], said, sizeof(said) - 1) >= 0);
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_string_equal(said, "unfin: out of memory\n");
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 4);
}

static void ask_for_more_than_there_is(void)
{
	free(memory_zeroed(SIZE_MAX / 4));
}

static void ask_for_a_size_that_overflows(void)
{
	free(memory_resize(NULL, SIZE_MAX / 8 + 2, 8));
}

static void too_much_ends_the_program(void **state)
{
	assert_ends(ask_for_more_than_there_is);
	assert_ends(ask_for_a_size_that_overflows);
}

static void nothing_is_something(void **state)
{
	void *zeroed = memory_zeroed(0), *resized = memory_resize(NULL, 0, 8);

	assert_non_null(zeroed);
	assert_non_null(resized);
	free(zeroed);
	free(resized);
}

static void what_was_there_stays(void **state)
{
	char *s = memory_strdup("close-wait");

	s = memory_resize(s, 1000, 10);
	assert_string_equal(s, "close-wait");
	free(s);
}

UNIT_MAIN(TEST(too_much_ends_the_program), TEST(nothing_is_something), TEST(what_was_there_stays));
