/* Memory that cannot be had ends the program, with a message and the status of a system that cannot run it. */
#include "unit.h"
#include "base/memory.h"
#include <sys/wait.h>

static void assert_ends(void (*ask)(void))
{
	static char said[4096];
	size_t length = 0;
	int ends[2], status;

	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (!child) {
		dup2(ends[1], STDERR_FILENO);
		ask();
		_exit(0);
	}
	close(ends[1]);
	for (ssize_t n; (n = read(ends[0], said + length, sizeof(said) - 1 - length)) > 0;)
		length += (size_t)n;
	said[length] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	/* A sanitizer's allocator says something of its own before. */
	const char *ours = strstr(said, "unfin: out of memory\n");
	assert_non_null(ours);
	assert_string_equal(ours, "unfin: out of memory\n");
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
