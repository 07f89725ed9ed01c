/* RFC 4180: a line of names, CRLF, quotes where they must be. What is not known is empty. Control characters of
 * foreign names are escaped as everywhere, for people look at such files on terminals, too. */
#include "sheet.h"

static void add_field(struct text *out, const char *value)
{
	size_t start = out->length;

	text_add_shown(out, value);
	if (!strpbrk(out->bytes + start, ",\""))
		return;
	out->length = start;
	TEXT_CLEANUP shown = { 0 };
	text_add_shown(&shown, value);
	text_add_char(out, '"');
	for (const char *s = shown.bytes; *s; s++) {
		if (*s == '"')
			text_add_char(out, '"');
		text_add_char(out, *s);
	}
	text_add_char(out, '"');
}

static void add_header(struct text *out, const struct sheet *s)
{
	for (size_t i = 0; i < s->width; i++) {
		text_add(out, i ? "," : "");
		add_field(out, s->columns[i].name);
	}
	text_add(out, "\r\n");
}

int sheet_csv(const struct sheet *s, int fd)
{
	struct value row[SHEET_WIDTH_MOST];
	TEXT_CLEANUP out = { 0 };
	TEXT_CLEANUP cell = { 0 };
	int err = 0;

	if (!s->no_header)
		add_header(&out, s);
	while (!err && s->next(s->state, row)) {
		for (size_t i = 0; i < s->width; i++) {
			cell.length = 0;
			text_add(&cell, "");
			value_format(&cell, &row[i]);
			text_add(&out, i ? "," : "");
			add_field(&out, cell.bytes);
		}
		text_add(&out, "\r\n");
		if (out.length >= SHEET_PIECE)
			err = text_flush(&out, fd);
	}
	return err ?: text_flush(&out, fd);
}
