#include "utf8.h"
#include <stdbool.h>

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

int32_t utf8_code(const char *s)
{
	int length = sequence_length((unsigned char)*s);

	return length ? decode(s, length) : -1;
}

/* Letters that stand alone, from left to right, and take a known width: names are written with them. What joins or
 * stacks (marks), turns a line around (Hebrew, Arabic, U+202E), draws (boxes, emoji), or is blank (U+00A0, U+3000) may
 * make a name look like another line. */
static const struct letters {
	int32_t first, last;
	bool wide; /* two columns */
} letters[] = {
	{ 0xc0, 0xd6, false },      { 0xd8, 0xf6, false },    { 0xf8, 0x2af, false },   /* Latin */
	{ 0x386, 0x386, false },    { 0x388, 0x38a, false },  { 0x38c, 0x38c, false },  /* Greek */
	{ 0x38e, 0x3a1, false },    { 0x3a3, 0x3ff, false },  { 0x400, 0x481, false },  /* Cyrillic */
	{ 0x48a, 0x52f, false },    { 0x531, 0x556, false },  { 0x561, 0x587, false },  /* Armenian */
	{ 0x10d0, 0x10fa, false },                                                      /* Georgian */
	{ 0x1e00, 0x1eff, false },                                                      /* Latin */
	{ 0x3041, 0x3096, true },   { 0x30a1, 0x30fa, true }, { 0x30fc, 0x30fc, true }, /* Kana */
	{ 0x3400, 0x4dbf, true },   { 0x4e00, 0x9fff, true },                           /* Han */
	{ 0xac00, 0xd7a3, true },                                                       /* Hangul */
	{ 0x20000, 0x2a6df, true },                                                     /* Han */
};

static const struct letters *find_letters(int32_t code)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
		if (code <= letters[i].last)
			return code >= letters[i].first ? &letters[i] : NULL;
	return NULL;
}

int utf8_printable(const char *s)
{
	int length = utf8_valid(s);
	int32_t code = length ? decode(s, length) : 0;

	if (length == 1)
		return code >= ' ' && code <= '~';
	return length && find_letters(code) ? length : 0;
}

size_t utf8_columns(const char *bytes, size_t length)
{
	size_t columns = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		if ((byte & 0xc0) == 0x80)
			continue;
		const struct letters *l = byte < 0xe3 ? NULL : find_letters(utf8_code(bytes + i));
		columns += l && l->wide ? 2 : 1;
	}
	return columns;
}

size_t utf8_put(char *to, size_t room, uint32_t code)
{
	size_t bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	if (bytes > room)
		return 0;
	if (bytes == 1) {
		*to = (char)code;
		return 1;
	}
	for (size_t i = bytes; --i; code >>= 6)
		to[i] = (char)(0x80 | (code & 0x3f));
	*to = (char)(0xf0 << (4 - bytes) | code);
	return bytes;
}
