#include "format.h"

void format_count(struct text *t, uint64_t n)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			text_add_char(t, ',');
		text_add_char(t, digits[i]);
	}
}

void format_duration(struct text *t, uint64_t ms)
{
	static const struct {
		uint64_t seconds;
		const char *unit;
		uint64_t part;
		const char *part_unit;
	} scales[] = { { 86400, "d", 3600, "h" }, { 3600, "h", 60, "min" }, { 60, "min", 1, "s" } };
	uint64_t seconds = ms / MS_PER_S;

	if (ms < MS_PER_S) {
		text_printf(t, "%llu ms", (unsigned long long)ms);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(scales); i++) {
		if (seconds < scales[i].seconds)
			continue;
		uint64_t part = seconds % scales[i].seconds / scales[i].part;
		text_printf(t, "%llu %s", (unsigned long long)(seconds / scales[i].seconds), scales[i].unit);
		if (part)
			text_printf(t, " %llu %s", (unsigned long long)part, scales[i].part_unit);
		return;
	}
	text_printf(t, "%llu s", (unsigned long long)seconds);
}

void format_short(struct text *t, uint64_t ms)
{
	static const struct {
		uint64_t seconds;
		char unit;
	} scales[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	uint64_t seconds = ms / MS_PER_S;
	size_t i = 0;

	if (ms < MS_PER_S) {
		text_add_u64(t, ms);
		text_add(t, "ms");
		return;
	}
	while (seconds < scales[i].seconds)
		i++;
	text_add_u64(t, seconds / scales[i].seconds);
	text_add_char(t, scales[i].unit);
	uint64_t part = i + 1 < ARRAY_SIZE(scales) ? seconds % scales[i].seconds / scales[i + 1].seconds : 0;
	if (!part)
		return;
	text_add_u64(t, part);
	text_add_char(t, scales[i + 1].unit);
}

void format_bytes(struct text *t, uint64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double value = (double)bytes / 1024;
	size_t i = 0;

	if (bytes < 1024) {
		text_printf(t, "%llu B", (unsigned long long)bytes);
		return;
	}
	for (; value >= 1023.95 && i + 1 < ARRAY_SIZE(units); i++) /* never "1024.0 KiB" */
		value /= 1024;
	text_printf(t, "%.1f %s", value, units[i]);
}

/* The date of a day, counted from 1970-01-01: years begin in March here, so that a leap day is their last, and 400 of
 * them have the same days again. */
static void format_date(struct text *t, uint64_t day)
{
	enum { DAYS_400 = 146097, DAYS_100 = 36524, DAYS_4 = 1461, DAYS_1 = 365, DAYS_TO_1970 = 719468 };
	uint64_t from_year_0 = day + DAYS_TO_1970, era = from_year_0 / DAYS_400, of_era = from_year_0 % DAYS_400;
	uint64_t year = (of_era - of_era / (DAYS_4 - 1) + of_era / DAYS_100 - of_era / (DAYS_400 - 1)) / DAYS_1;
	uint64_t of_year = of_era - (DAYS_1 * year + year / 4 - year / 100);
	uint64_t march_month = (5 * of_year + 2) / 153; /* five months have 153 days */
	uint64_t date = of_year - (153 * march_month + 2) / 5 + 1,
	         month = march_month < 10 ? march_month + 3 : march_month - 9;

	text_printf(t, "%04llu-%02u-%02u", (unsigned long long)(year + era * 400 + (month <= 2)), (unsigned)month,
	            (unsigned)date);
}

/* Not by gmtime(), which opens /etc/localtime although nothing in it matters. */
void format_rfc3339(struct text *t, uint64_t unix_ms)
{
	enum { DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60 };
	uint64_t seconds = unix_ms / MS_PER_S;
	unsigned of_day = (unsigned)(seconds % DAY_S);

	format_date(t, seconds / DAY_S);
	text_printf(t, "T%02u:%02u:%02u.%03uZ", of_day / HOUR_S, of_day / MINUTE_S % 60, of_day % 60,
	            (unsigned)(unix_ms % MS_PER_S));
}

static void add_of_day(struct text *t, const struct tm *tm)
{
	text_printf(t, "%02d:%02d:%02d", tm->tm_hour, tm->tm_min, tm->tm_sec);
}

static struct tm local_time(uint64_t unix_ms)
{
	time_t seconds = (time_t)(unix_ms / MS_PER_S);
	struct tm tm = { 0 };

	localtime_r(&seconds, &tm);
	return tm;
}

void format_local(struct text *t, uint64_t unix_ms)
{
	struct tm tm = local_time(unix_ms);
	long ahead_min = tm.tm_gmtoff / 60;

	text_printf(t, "%04d-%02d-%02d ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	add_of_day(t, &tm);
	if (ahead_min)
		text_printf(t, " %c%02ld%02ld", ahead_min < 0 ? '-' : '+', labs(ahead_min) / 60, labs(ahead_min) % 60);
	else
		text_add(t, " UTC");
}

void format_local_near(struct text *t, uint64_t unix_ms, uint64_t near_ms)
{
	struct tm tm = local_time(unix_ms), near = local_time(near_ms);

	if (tm.tm_year == near.tm_year && tm.tm_yday == near.tm_yday)
		add_of_day(t, &tm);
	else
		format_local(t, unix_ms);
}
