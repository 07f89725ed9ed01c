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

void format_rfc3339(struct text *t, uint64_t unix_ms)
{
	time_t seconds = (time_t)(unix_ms / MS_PER_S);
	struct tm tm;
	char out[32];

	gmtime_r(&seconds, &tm);
	strftime(out, sizeof(out), "%Y-%m-%dT%H:%M:%S", &tm);
	text_printf(t, "%s.%03uZ", out, (unsigned)(unix_ms % MS_PER_S));
}
