#include "unit.h"
#include "base/format.h"

static void assert_formatted(void (*format)(struct text *, uint64_t), uint64_t value, const char *expected)
{
	TEXT_CLEANUP t = { 0 };

	format(&t, value);
	assert_string_equal(t.bytes, expected);
}

static void counts(void **state)
{
	assert_formatted(format_count, 0, "0");
	assert_formatted(format_count, 999, "999");
	assert_formatted(format_count, 1000, "1,000");
	assert_formatted(format_count, 12431, "12,431");
	assert_formatted(format_count, 1000000, "1,000,000");
	assert_formatted(format_count, UINT64_MAX, "18,446,744,073,709,551,615");
}

static void durations(void **state)
{
	assert_formatted(format_duration, 0, "0 ms");
	assert_formatted(format_duration, 850, "850 ms");
	assert_formatted(format_duration, 999, "999 ms");
	assert_formatted(format_duration, 1000, "1 s");
	assert_formatted(format_duration, 59999, "59 s");
	assert_formatted(format_duration, 60000, "1 min");
	assert_formatted(format_duration, 192000, "3 min 12 s");
	assert_formatted(format_duration, 3 * 3600000 + 12 * 60000, "3 h 12 min");
	assert_formatted(format_duration, 86400000ULL * 4 + 2 * 3600000, "4 d 2 h");
	assert_formatted(format_duration, 86400000, "1 d");
}

static void short_durations(void **state)
{
	assert_formatted(format_short, 0, "0ms");
	assert_formatted(format_short, 850, "850ms");
	assert_formatted(format_short, 1000, "1s");
	assert_formatted(format_short, 59999, "59s");
	assert_formatted(format_short, 192000, "3m12s");
	assert_formatted(format_short, 3 * 3600000, "3h");
	assert_formatted(format_short, 3 * 3600000 + 12 * 60000 + 5000, "3h12m");
	assert_formatted(format_short, 86400000ULL * 4 + 2 * 3600000, "4d2h");
}

static void sizes(void **state)
{
	assert_formatted(format_bytes, 0, "0 B");
	assert_formatted(format_bytes, 1023, "1023 B");
	assert_formatted(format_bytes, 1536, "1.5 KiB");
	assert_formatted(format_bytes, (1ULL << 20) - 1, "1.0 MiB");
	assert_formatted(format_bytes, 3435973837ULL, "3.2 GiB");
	assert_formatted(format_bytes, UINT64_MAX, "16777216.0 TiB");
}

static void moments(void **state)
{
	assert_formatted(format_rfc3339, 0, "1970-01-01T00:00:00.000Z");
	assert_formatted(format_rfc3339, 951782399000ULL, "2000-02-28T23:59:59.000Z");
	assert_formatted(format_rfc3339, 951782400000ULL, "2000-02-29T00:00:00.000Z");
	assert_formatted(format_rfc3339, 4107542400000ULL, "2100-03-01T00:00:00.000Z");
	assert_formatted(format_rfc3339, 1795349883123ULL, "2026-11-22T12:18:03.123Z");
	assert_formatted(format_rfc3339, 253402300799999ULL, "9999-12-31T23:59:59.999Z");
}

UNIT_MAIN(TEST(counts), TEST(durations), TEST(short_durations), TEST(sizes), TEST(moments));
