#include "embed.h"

void html_add(struct text *out, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '&':
			text_add(out, "&amp;");
			break;
		case '<':
			text_add(out, "&lt;");
			break;
		case '>':
			text_add(out, "&gt;");
			break;
		case '"':
			text_add(out, "&quot;");
			break;
		case '\'':
			text_add(out, "&#39;");
			break;
		default:
			text_add_char(out, *s);
		}
}

/* U+2028 and U+2029 end a line of a script; in JSON they stand in strings alone, as the signs of markup do. */
static const char *escape_of(const char *s, size_t left, size_t *ret_bytes)
{
	*ret_bytes = 1;
	if (*s == '<')
		return "\\u003c";
	if (*s == '>')
		return "\\u003e";
	if (*s == '&')
		return "\\u0026";
	if (left < 3 || memcmp(s, "\xe2\x80", 2) || (s[2] != '\xa8' && s[2] != '\xa9'))
		return NULL;
	*ret_bytes = 3;
	return s[2] == '\xa8' ? "\\u2028" : "\\u2029";
}

void html_add_json(struct text *out, const struct text *json)
{
	size_t bytes;

	for (size_t i = 0; i < json->length; i += bytes) {
		const char *escape = escape_of(json->bytes + i, json->length - i, &bytes);
		if (escape)
			text_add(out, escape);
		else
			text_add_char(out, json->bytes[i]);
	}
}
