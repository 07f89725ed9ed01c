#include "md.h"

void md_escape(struct text *out, const char *s)
{
	TEXT_CLEANUP shown = { 0 };

	text_add(&shown, "");
	text_add_shown(&shown, s);
	for (s = shown.bytes; *s; s++) {
		if (strchr("\\`*_<>|[]#&~", *s))
			text_add_char(out, '\\');
		text_add_char(out, *s);
	}
}

void md_code(struct text *out, const char *text)
{
	TEXT_CLEANUP shown = { 0 };
	size_t most = 0;

	text_add(&shown, "");
	text_add_shown(&shown, text);
	const char *command = shown.bytes;

	for (const char *at = command; (at = strchr(at, '`')); at += strspn(at, "`"))
		most = MAX(most, strspn(at, "`"));
	text_pad(out, '`', most + 1);
	text_printf(out, most ? " %s " : "%s", command);
	text_pad(out, '`', most + 1);
}
