#include "when.h"
#include "status.h"
#include "base/log.h"
#include "base/parse.h"
#include <errno.h>
#include <time.h>

enum { DAY_S = 24 * 60 * 60 };

/* Whole, or with a Z behind it. */
static bool matches(const char *text, const char *format, struct tm *ret, bool *ret_utc)
{
	const char *end = strptime(text, format, ret);

	*ret_utc = end && (*end == 'Z' || *end == 'z');
	return end && !end[*ret_utc];
}

static uint64_t to_ms(struct tm *t, bool utc)
{
	t->tm_isdst = -1;
	time_t s = utc ? timegm(t) : mktime(t);

	return s > 0 ? (uint64_t)s * MS_PER_S : 0;
}

/* Of a clock without a day it is the last time that it showed that. */
static int parse_clock(const char *text, uint64_t now_ms, uint64_t *ret_ms)
{
	static const char *const formats[] = { "%H:%M:%S", "%H:%M" };
	time_t now_s = (time_t)(now_ms / MS_PER_S);
	bool utc;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		struct tm t = { 0 }, today;
		if (!matches(text, formats[i], &t, &utc))
			continue;
		if (!(utc ? gmtime_r(&now_s, &today) : localtime_r(&now_s, &today)))
			return -EINVAL;
		today.tm_hour = t.tm_hour;
		today.tm_min = t.tm_min;
		today.tm_sec = t.tm_sec;
		*ret_ms = to_ms(&today, utc);
		if (*ret_ms > now_ms)
			*ret_ms -= DAY_S * MS_PER_S;
		return 0;
	}
	return -EINVAL;
}

static int parse_date(const char *text, uint64_t *ret_ms)
{
	static const char *const formats[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
		                               "%Y-%m-%d %H:%M", "%Y-%m-%d" };
	bool utc;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		struct tm t = { 0 };
		if (matches(text, formats[i], &t, &utc)) {
			*ret_ms = to_ms(&t, utc);
			return 0;
		}
	}
	return -EINVAL;
}

int when_parse(const char *text, uint64_t now_ms, uint64_t *ret_ms)
{
	uint64_t ago_ms;

	if (!parse_duration_ms(text, &ago_ms)) {
		*ret_ms = now_ms > ago_ms ? now_ms - ago_ms : 0;
		return 0;
	}
	return parse_rfc3339_ms(text, ret_ms) && parse_clock(text, now_ms, ret_ms) ? parse_date(text, ret_ms) : 0;
}

int when_option(const char *name, const char *text, uint64_t now_ms, uint64_t *ret_ms)
{
	if (!when_parse(text, now_ms, ret_ms))
		return STATUS_OK;
	log_error("--%s takes a time, not \"%s\"", name, text);
	log_hint("as in: 2h (ago), 03:12, 2026-11-30, 2026-11-30T03:12Z");
	return STATUS_USAGE;
}
