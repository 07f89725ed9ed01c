#include "json.h"
#include "utf8.h"
#include <math.h>

/* How many bytes need no escape: nearly always all. */
static size_t json_plain_length(const char *s)
{
	size_t length = 0;

	while (s[length] >= ' ' && s[length] <= '~' && s[length] != '"' && s[length] != '\\')
		length++;
	return length;
}

/* Above U+FFFF it takes two (RFC 8259, section 7). */
static void add_code(struct text *out, uint32_t code)
{
	if (code < 0x10000)
		text_printf(out, "\\u%04x", code);
	else
		text_printf(out, "\\u%04x\\u%04x", 0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
}

/* A terminal obeys a JSON document as it does any other: what is not printable stands as its number. */
static void json_escape(struct text *out, const char *s)
{
	text_add_char(out, '"');
	for (int length; *s; s += length) {
		size_t plain = json_plain_length(s);
		text_add_bytes(out, s, plain);
		s += plain;
		if (!*s)
			break;
		length = utf8_valid(s);
		if (!length) {
			text_add(out, "\\ufffd");
			length = 1;
		} else if (*s == '"' || *s == '\\') {
			text_add_char(out, '\\');
			text_add_char(out, *s);
		} else if (!utf8_printable(s)) {
			add_code(out, (uint32_t)utf8_code(s));
		} else {
			text_add_bytes(out, s, (size_t)length);
		}
	}
	text_add_char(out, '"');
}

static void json_line(struct json *j)
{
	if (!j->pretty)
		return;
	text_add_char(j->out, '\n');
	text_pad(j->out, ' ', 2 * j->depth);
}

static void json_begin(struct json *j, const char *name)
{
	if (j->comma)
		text_add_char(j->out, ',');
	if (j->depth)
		json_line(j);
	j->comma = true;
	if (!name)
		return;
	json_escape(j->out, name);
	text_add(j->out, j->pretty ? ": " : ":");
}

static void json_open(struct json *j, const char *name, char bracket)
{
	json_begin(j, name);
	text_add_char(j->out, bracket);
	j->depth++;
	j->comma = false;
}

static void json_close(struct json *j, char bracket)
{
	j->depth--;
	if (j->comma)
		json_line(j);
	text_add_char(j->out, bracket);
	j->comma = true;
	if (!j->depth)
		text_add_char(j->out, '\n');
}

void json_object_begin(struct json *j, const char *name)
{
	json_open(j, name, '{');
}

void json_object_end(struct json *j)
{
	json_close(j, '}');
}

void json_array_begin(struct json *j, const char *name)
{
	json_open(j, name, '[');
}

void json_array_end(struct json *j)
{
	json_close(j, ']');
}

void json_none(struct json *j, const char *name)
{
	json_begin(j, name);
	text_add(j->out, "null");
}

void json_bool(struct json *j, const char *name, bool value)
{
	json_begin(j, name);
	text_add(j->out, value ? "true" : "false");
}

void json_u64(struct json *j, const char *name, uint64_t value)
{
	json_begin(j, name);
	text_add_u64(j->out, value);
}

void json_i64(struct json *j, const char *name, int64_t value)
{
	json_begin(j, name);
	if (value < 0)
		text_add_char(j->out, '-');
	text_add_u64(j->out, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void json_double(struct json *j, const char *name, double value)
{
	if (!isfinite(value)) {
		json_none(j, name);
		return;
	}
	json_begin(j, name);
	if (fabs(value) < 0.0005) { /* no "-0" */
		text_add_char(j->out, '0');
		return;
	}
	text_printf(j->out, "%.3f", value);
	while (j->out->bytes[j->out->length - 1] == '0')
		j->out->bytes[--j->out->length] = '\0';
	if (j->out->bytes[j->out->length - 1] == '.')
		j->out->bytes[--j->out->length] = '\0';
}

void json_text(struct json *j, const char *name, const char *value)
{
	if (!value) {
		json_none(j, name);
		return;
	}
	json_begin(j, name);
	json_escape(j->out, value);
}
