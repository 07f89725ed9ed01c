#include "unit.h"
#include "base/words.h"

static void spellings(void **state)
{
	assert_true(word_equal("CLOSE-WAIT", "close_wait"));
	assert_true(word_equal("", ""));
	assert_false(word_equal("close", "close_wait"));
	assert_false(word_equal("close_wait", "close"));
	assert_true(word_starts("Fin_Wait1", "fin-"));
	assert_true(word_starts("x", ""));
	assert_false(word_starts("", "x"));
}

static void nearest(void **state)
{
	static const char *const known[] = { "list",    "check",      "limits",     "ports",
		                             "explain", "close-wait", "local_port", NULL };

	assert_string_equal(word_nearest("lst", known), "list");
	assert_string_equal(word_nearest("chekc", known), "check");
	assert_string_equal(word_nearest("cehck", known), "check");
	assert_string_equal(word_nearest("port", known), "ports");
	assert_string_equal(word_nearest("CLOSE_WIAT", known), "close-wait");
	assert_string_equal(word_nearest("expl", known), "explain");
	assert_string_equal(word_nearest("local-prot", known), "local_port");
	assert_string_equal(word_nearest("list", known), "list");
}

static void nothing_is_near(void **state)
{
	static const char *const known[] = { "list", "check", NULL }, *const none[] = { NULL };
	char endless[4097];

	memset(endless, 'a', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_null(word_nearest("zebra", known));
	assert_null(word_nearest("list", none));
	assert_null(word_nearest(endless, known));
	assert_null(word_nearest("", known));
	assert_null(word_nearest("\377\376", known));
}

UNIT_MAIN(TEST(spellings), TEST(nearest), TEST(nothing_is_near));
