/* Every code point there is, and the classic ways to get one wrong. */
#include "unit.h"
#include "base/utf8.h"
#include <stdbool.h>
#include <string.h>

static void encode(uint32_t code, char out[5])
{
	int length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	memset(out, 0, 5);
	for (int i = length - 1; i > 0; i--, code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)(first[length] | code);
}

static void every_code_point(void **state)
{
	char s[5];

	for (uint32_t code = 1; code <= 0x10ffff; code++) {
		bool surrogate = code >= 0xd800 && code < 0xe000;
		encode(code, s);
		if (utf8_valid(s) != (surrogate ? 0 : (int)strlen(s)))
			fail_msg("U+%04X", code);
	}
}

static void wrong_forms(void **state)
{
	static const char *const wrong[] = {
		"\300\200",         /* overlong NUL */
		"\301\277",         /* overlong DEL */
		"\340\200\257",     /* overlong slash */
		"\360\200\200\257", /* overlong slash */
		"\355\240\200",     /* surrogate */
		"\364\220\200\200", /* past U+10FFFF */
		"\370\210\200\200\200",
		"\200",
		"\277",
		"\376",
		"\377",
		"\303",
		"\342\202",
		"\360\220\200",
		"\303a",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		if (utf8_valid(wrong[i]) || utf8_printable(wrong[i]))
			fail_msg("number %zu is taken for valid", i);
	}
}

static void controls_are_valid_and_not_printable(void **state)
{
	static const uint32_t codes[] = { 1, '\t', '\n', 0x1b, 0x1f, 0x7f, 0x80, 0x9b, 0x9f, 0x61c, 0x200e, 0x200f,
		                          0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069,
		                          /* blanks and what has no width */
		                          0xa0, 0xad, 0x34f, 0x1680, 0x2000, 0x200b, 0x200d, 0x202f, 0x2060, 0x3000,
		                          0x3164, 0xfeff, 0xfe0f, 0xe0041, 0x115f, 0x2800,
		                          /* marks, what draws, what goes from right to left */
		                          0x301, 0x20dd, 0x2500, 0x2588, 0x1f41b, 0x5d0, 0x627, 0xff21, 0xe000,
		                          0x10ffff };
	char s[5];

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		encode(codes[i], s);
		assert_int_not_equal(utf8_valid(s), 0);
		if (utf8_printable(s))
			fail_msg("U+%04X is taken for printable", codes[i]);
	}
	assert_int_equal(utf8_printable(" "), 1);
	assert_int_equal(utf8_printable("\303\251"), 2);     /* U+00E9 */
	assert_int_equal(utf8_printable("\346\227\245"), 3); /* U+65E5 */
	assert_int_equal(utf8_code("\360\237\220\233"), 0x1f41b);
	assert_int_equal(utf8_code("\377"), -1);
}

static void wide_letters_take_two_columns(void **state)
{
	assert_int_equal(utf8_columns("caf\303\251", 5), 4);
	assert_int_equal(utf8_columns("\346\227\245\346\234\254x", 7), 5);
	assert_int_equal(utf8_columns("", 0), 0);
}

UNIT_MAIN(TEST(every_code_point), TEST(wrong_forms), TEST(controls_are_valid_and_not_printable),
          TEST(wide_letters_take_two_columns));
