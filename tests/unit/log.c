/* What is said on stderr: one prefix, hints below, and nothing in it that a terminal would obey. */
#include "unit.h"
#include "base/log.h"
#include "base/text.h"
#include <fcntl.h>

static void say(void)
{
	log_error("no field '%s'", "\033[31m");
	log_warning("two\nlines");
	log_hint("try %d", 1);
}

static void assert_said(const char *expected)
{
	char said[256] = { 0 };
	int ends[2], kept = dup(STDERR_FILENO);

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	say();
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(ends[1]);
	assert_true(read(ends[0], said, sizeof(said) - 1) >= 0);
	close(ends[0]);
	assert_string_equal(said, expected);
}

static void messages_are_harmless_lines(void **state)
{
	assert_said("unfin: no field '\\x1b[31m'\nunfin: two\nlines\n       try 1\n");
}

static void quiet_keeps_errors(void **state)
{
	log_quiet(true);
	assert_said("unfin: no field '\\x1b[31m'\n");
	log_quiet(false);
}

UNIT_MAIN(TEST(messages_are_harmless_lines), TEST(quiet_keeps_errors));
