/* CPython's tables of lines, as the compilers of each version wrote them for the same eight lines. */
#include "unit.h"
#include "base/util.h"
#include "blame/python_lines.h"

static void pairs_of_bytes_and_lines_until_3_9(void **state)
{
	/* +4 bytes: next line; +6 bytes: two lines back; +255 bytes in two entries: 100 lines on. */
	static const uint8_t table[] = { 4, 1, 6, 0xfe, 255, 0, 3, 100 };

	assert_int_equal(python_line(8, table, sizeof(table), 10, 0), 10);
	assert_int_equal(python_line(9, table, sizeof(table), 10, 4), 11);
	assert_int_equal(python_line(9, table, sizeof(table), 10, 10), 9);
	assert_int_equal(python_line(9, table, sizeof(table), 10, 267), 9);
	assert_int_equal(python_line(9, table, sizeof(table), 10, 268), 109);
}

static void ranges_may_have_no_line_in_3_10(void **state)
{
	static const uint8_t table[] = { 4, 1, 2, 0x80, 4, 3 };

	assert_int_equal(python_line(10, table, sizeof(table), 10, 1), 11);
	assert_int_equal(python_line(10, table, sizeof(table), 10, 2), 0);
	assert_int_equal(python_line(10, table, sizeof(table), 10, 3), 14);
	assert_int_equal(python_line(10, table, sizeof(table), 10, 5), 0);
}

static void every_kind_of_location_from_3_11(void **state)
{
	static const uint8_t table[] = {
		0x80 | 15 << 3 | 0,                   /* no line, 1 unit */
		0x80 | 2 << 3 | 1,  0x21,             /* short: the same line, 2 units */
		0x80 | 11 << 3 | 0, 4,    9,          /* one line on, 1 unit */
		0x80 | 13 << 3 | 0, 5,                /* no columns: two lines back */
		0x80 | 14 << 3 | 7, 0x54, 2, 1, 2, 3, /* long: +74 in two pieces of six bits, 8 units */
	};

	assert_int_equal(python_line(11, table, sizeof(table), 10, 0), 0);
	assert_int_equal(python_line(11, table, sizeof(table), 10, 2), 10);
	assert_int_equal(python_line(12, table, sizeof(table), 10, 3), 11);
	assert_int_equal(python_line(13, table, sizeof(table), 10, 4), 9);
	assert_int_equal(python_line(13, table, sizeof(table), 10, 12), 83);
	assert_int_equal(python_line(13, table, sizeof(table), 10, 13), 0);
}

static void a_table_that_is_cut_off_ends(void **state)
{
	static const uint8_t endless[] = { 0x80 | 14 << 3, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f };

	for (unsigned minor = 8; minor <= 13; minor++)
		for (size_t bytes = 0; bytes <= sizeof(endless); bytes++)
			(void)python_line(minor, endless, bytes, 1, UINT64_MAX);
	assert_int_equal(python_line(11, endless, 0, 1, 0), 0);
}

UNIT_MAIN(TEST(pairs_of_bytes_and_lines_until_3_9), TEST(ranges_may_have_no_line_in_3_10),
          TEST(every_kind_of_location_from_3_11), TEST(a_table_that_is_cut_off_ends));
