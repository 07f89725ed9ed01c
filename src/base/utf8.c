#include "utf8.h"
#include <stdbool.h>
#include <stdint.h>

static int sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* The code point, or -1: overlong forms, surrogates and values past U+10FFFF are not valid. */
static int32_t decode(const char *s, int length)
{
	static const int32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int32_t code = length == 1 ? (unsigned char)*s : (unsigned char)*s & (0x7f >> length);

	for (int i = 1; i < length; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return -1;
		code = code << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (code < lowest[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return -1;
	return code;
}

int utf8_valid(const char *s)
{
	int length = sequence_length((unsigned char)*s);

	return length && decode(s, length) >= 0 ? length : 0;
}

/* The marks that turn the order of a line around, and the two separators that a terminal may break it at. */
static bool reorders(int32_t code)
{
	return code == 0x61c || (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

int utf8_printable(const char *s)
{
	int length = utf8_valid(s);
	int32_t code = length ? decode(s, length) : 0;

	if (code < 0x20 || (code >= 0x7f && code < 0xa0) || reorders(code))
		return 0;
	return length;
}
