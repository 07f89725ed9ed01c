/* Every word goes through text_add_shown(): names that others chose reach the terminal only here. */
#include "wrap.h"
#include "base/memory.h"

static size_t word_length(const char *s)
{
	bool quoted = false;
	size_t length = 0;

	for (; s[length] && (quoted || s[length] != ' '); length++)
		quoted ^= s[length] == '`';
	return s[length] || !quoted ? length : strcspn(s, " ");
}

void wrap_line(const struct wrap *w, unsigned indent, const char *label, unsigned label_columns, const char *text)
{
	unsigned left = indent + label_columns, at = left;
	unsigned label_width = (unsigned)text_columns(label);

	text_pad(w->out, ' ', indent);
	text_add(w->out, label);
	text_pad(w->out, ' ', label_columns > label_width ? label_columns - label_width : 0);
	for (bool first = true; *text; first = false) {
		size_t length = word_length(text);
		cleanup(cleanup_free) char *raw = memory_strndup(text, length);
		TEXT_CLEANUP word = { 0 };
		text_add_shown(&word, raw);
		unsigned width = word.length ? (unsigned)text_columns(word.bytes) : 0;
		if (!first && at + 1 + width > w->columns) {
			text_add_char(w->out, '\n');
			text_pad(w->out, ' ', left);
			at = left;
		} else if (!first) {
			text_add_char(w->out, ' ');
			at++;
		}
		text_add_bytes(w->out, word.bytes, word.length);
		at += width;
		text += length + strspn(text + length, " ");
	}
	text_add_char(w->out, '\n');
}
