#include "unit.h"
#include "base/parse.h"
#include <errno.h>

static void numbers(void **state)
{
	uint64_t n = 7;

	assert_int_equal(parse_u64("0", &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(parse_u64("18446744073709551615", &n), 0);
	assert_true(n == UINT64_MAX);
	assert_int_equal(parse_u64("00080", &n), 0);
	assert_int_equal(n, 80);
	assert_int_equal(parse_u64("18446744073709551616", &n), -ERANGE);
	assert_int_equal(n, 80);
}

static void what_is_no_number(void **state)
{
	static const char *const wrong[] = { "", " 1", "1 ", "+1", "-1", "1x", "0x10", "x", "1.0", "\n" };
	uint64_t n = 7;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(parse_u64(wrong[i], &n), -EINVAL);
	assert_int_equal(n, 7);
}

static void hex(void **state)
{
	static const char *const wrong[] = { "", "0x1f", "0X1f", "-1f", "g", "1fg" };
	uint64_t n = 7;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(parse_u64_hex(wrong[i], &n), -EINVAL);
	assert_int_equal(n, 7);
	assert_int_equal(parse_u64_hex("1F90", &n), 0);
	assert_int_equal(n, 8080);
	assert_int_equal(parse_u64_hex("ffffffffffffffff", &n), 0);
	assert_true(n == UINT64_MAX);
	assert_int_equal(parse_u64_hex("10000000000000000", &n), -ERANGE);
}

static void durations(void **state)
{
	static const struct {
		const char *s;
		uint64_t ms;
	} right[] = { { "90s", 90000 }, { "5m", 300000 },    { "2h", 7200000 }, { "1d", 86400000 }, { "250ms", 250 },
		      { "10", 10000 },  { "1.5h", 5400000 }, { "0", 0 },        { "0.2", 200 },     { "1.s", 1000 } };
	uint64_t ms;

	for (size_t i = 0; i < ARRAY_SIZE(right); i++) {
		assert_int_equal(parse_duration_ms(right[i].s, &ms), 0);
		assert_int_equal(ms, right[i].ms);
	}
}

static void what_is_no_duration(void **state)
{
	static const char *const wrong[] = { "",    "s",   "-1s", "1 s",  "1S",  "1.2.3s", "1e3s", "0x10s",
		                             "inf", "nan", "1w",  "1mss", " 1s", "1s ",    ".5s" };
	uint64_t ms = 7;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		if (parse_duration_ms(wrong[i], &ms) != -EINVAL)
			fail_msg("\"%s\" is taken for a duration", wrong[i]);
	assert_int_equal(parse_duration_ms("99999999999d", &ms), -ERANGE);
	assert_int_equal(ms, 7);
}

static void words_of_a_line(void **state)
{
	char line[] = "  TCP:\tinuse 12 \n";
	char blank[] = " \t\n", *rest = line;

	assert_string_equal(parse_word(&rest), "TCP:");
	assert_string_equal(parse_word(&rest), "inuse");
	assert_string_equal(parse_word(&rest), "12");
	assert_null(parse_word(&rest));
	assert_null(parse_word(&rest));
	rest = blank;
	assert_null(parse_word(&rest));
}

UNIT_MAIN(TEST(numbers), TEST(what_is_no_number), TEST(hex), TEST(durations), TEST(what_is_no_duration),
          TEST(words_of_a_line));
