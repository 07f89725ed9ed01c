#include "parse.h"
#include "words.h"
#include <ctype.h>
#include <errno.h>
#include <time.h>

static int parse_base(const char *s, int base, uint64_t *ret)
{
	char *end;

	if (base == 10 ? !isdigit((unsigned char)*s) : !isxdigit((unsigned char)*s))
		return -EINVAL;
	if (base == 16 && *s == '0' && (s[1] | 0x20) == 'x')
		return -EINVAL; /* strtoull would take it */
	errno = 0;
	unsigned long long value = strtoull(s, &end, base);
	if (*end)
		return -EINVAL;
	if (errno)
		return -ERANGE;
	*ret = value;
	return 0;
}

int parse_u64(const char *s, uint64_t *ret)
{
	return parse_base(s, 10, ret);
}

int parse_u64_hex(const char *s, uint64_t *ret)
{
	return parse_base(s, 16, ret);
}

int parse_duration_ms(const char *s, uint64_t *ret_ms)
{
	static const struct {
		const char *unit;
		double ms;
	} units[] = { { "", 1e3 }, { "s", 1e3 }, { "ms", 1 }, { "m", 60e3 }, { "h", 3600e3 }, { "d", 86400e3 } };
	size_t digits = strspn(s, "0123456789.");
	char *end;

	if (!isdigit((unsigned char)*s))
		return -EINVAL;
	double value = strtod(s, &end);
	if (end != s + digits)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (!streq(end, units[i].unit))
			continue;
		if (value * units[i].ms > 1e15)
			return -ERANGE;
		*ret_ms = (uint64_t)(value * units[i].ms + 0.5);
		return 0;
	}
	return -EINVAL;
}

const char *parse_unit_meant(const char *s)
{
	static const struct {
		const char *words, *unit;
	} others[] = { { "sec second seconds secs", "s" },
		       { "min mins minute minutes", "m" },
		       { "hr hrs hour hours", "h" },
		       { "day days", "d" },
		       { "msec msecs millis milliseconds", "ms" } };
	const char *unit = s + strspn(s, "0123456789.");

	for (size_t i = 0; i < ARRAY_SIZE(others) && unit > s; i++)
		if (word_listed(unit, others[i].words))
			return others[i].unit;
	return NULL;
}

int parse_rfc3339_ms(const char *s, uint64_t *ret_ms)
{
	struct tm tm = { 0 };
	const char *rest = strptime(s, "%Y-%m-%dT%H:%M:%S", &tm);
	unsigned ms = 0;

	if (!rest)
		return -EINVAL;
	if (*rest == '.' && isdigit((unsigned char)*++rest)) {
		for (unsigned unit = 100; isdigit((unsigned char)*rest); unit /= 10)
			ms += (unsigned)(*rest++ - '0') * unit;
	}
	time_t seconds = timegm(&tm);
	if (!streq(rest, "Z") || seconds < 0)
		return -EINVAL;
	*ret_ms = (uint64_t)seconds * MS_PER_S + ms;
	return 0;
}

char *parse_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t\n");

	if (!*word)
		return NULL;
	*rest = word + strcspn(word, " \t\n");
	if (**rest)
		*(*rest)++ = '\0';
	return word;
}

bool parse_line(const char **rest, char *line, size_t room)
{
	const char *end = strchrnul(*rest, '\n');
	size_t length = MIN((size_t)(end - *rest), room - 1);

	if (!**rest)
		return false;
	memcpy(line, *rest, length);
	line[length] = '\0';
	*rest = *end ? end + 1 : end;
	return true;
}
