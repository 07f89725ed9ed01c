#include "unit.h"
#include "base/glob.h"

static void patterns(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} rows[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "abc", true },
		{ "a*c", "abbbc", true },
		{ "a*c", "abbbcd", false },
		{ "*a*b*", "xxaxxbxx", true },
		{ "*a*b", "ab-ab-a", false },
		{ "*ab", "aab", true },
		{ "a?c", "abc", true },
		{ "a?c", "ac", false },
		{ "[a-c]x", "bx", true },
		{ "[a-c]x", "dx", false },
		{ "[!a-c]x", "dx", true },
		{ "[^a-c]x", "bx", false },
		{ "[]]", "]", true },
		{ "[a-]", "-", true },
		{ "[ab", "[ab", true },
		{ "[ab", "a", false },
		{ "\\*", "*", true },
		{ "\\*", "x", false },
		{ "a\\", "a\\", true },
		{ "[\200-\377]", "\303", true },
		{ "abc", "ABC", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (glob_match(rows[i].pattern, rows[i].text) != rows[i].matches)
			fail_msg("%s ~ %s", rows[i].text, rows[i].pattern);
}

/* Backtracking over every star would take longer than the universe here. */
static void many_stars_are_cheap(void **state)
{
	char pattern[201], text[4001];

	for (int i = 0; i < 200; i++)
		pattern[i] = i % 2 ? 'a' : '*';
	pattern[198] = 'b';
	pattern[199] = pattern[200] = '\0';
	memset(text, 'a', 4000);
	text[4000] = '\0';
	assert_false(glob_match(pattern, text));
}

UNIT_MAIN(TEST(patterns), TEST(many_stars_are_cheap));
