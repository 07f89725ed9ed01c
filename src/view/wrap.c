/* Every word goes through text_add_shown(): names that others chose reach the terminal only here. None of them makes a
 * line longer than the terminal, which would go on at its left edge, where our own lines begin. */
#include "wrap.h"
#include "base/memory.h"
#include "base/utf8.h"

/* What is between backticks is one word, if it fits. */
static size_t word_length(const char *s, size_t room)
{
	bool quoted = false;
	size_t length = 0;

	for (; s[length] && (quoted || s[length] != ' '); length++)
		quoted ^= s[length] == '`';
	return quoted || length > room ? strcspn(s, " ") : length;
}

/* As many of its bytes as fit, one letter at least. */
static size_t fitting(const char *word, size_t room)
{
	size_t bytes = 0, columns = 0;

	while (word[bytes]) {
		size_t length = (size_t)MAX(utf8_valid(word + bytes), 1);
		columns += utf8_columns(word + bytes, length);
		if (bytes && columns > room)
			break;
		bytes += length;
	}
	return bytes;
}

static void next_line(const struct wrap *w, unsigned left)
{
	text_add_char(w->out, '\n');
	text_pad(w->out, ' ', left);
}

/* At column `at`; the column behind it. A word that is wider than `room`, a whole line, is broken. */
static size_t add_word(const struct wrap *w, const char *word, unsigned left, size_t room, size_t at, bool first)
{
	size_t width = text_columns(word);

	if (!first && at + 1 + width > w->columns) {
		next_line(w, left);
		at = left;
	} else if (!first) {
		text_add_char(w->out, ' ');
		at++;
	}
	for (; width > room; width = text_columns(word)) {
		size_t bytes = fitting(word, room);
		text_add_bytes(w->out, word, bytes);
		next_line(w, left);
		word += bytes;
		at = left;
	}
	text_add(w->out, word);
	return at + width;
}

/* The words of `text`, from column `at` on; `whole`: all of it is one word, if it fits. */
static size_t add_words(const struct wrap *w, const char *text, bool whole, unsigned left, size_t at)
{
	size_t line = w->columns > left ? w->columns - left : 1, room = w->ours ? SIZE_MAX : line;
	bool one = whole && text_columns(text) <= line;

	while (*text) {
		size_t length = one ? strlen(text) : word_length(text, room);
		cleanup(cleanup_free) char *raw = memory_strndup(text, length);
		TEXT_CLEANUP word = { 0 };
		text_add_shown(&word, raw);
		at = add_word(w, word.bytes ?: "", left, room, at, at == left);
		text += length + strspn(text + length, " ");
	}
	return at;
}

void wrap_command(const struct wrap *w, unsigned indent, const char *label, unsigned label_columns, const char *text,
                  const char *command)
{
	unsigned left = indent + label_columns;
	unsigned label_width = (unsigned)text_columns(label);

	text_pad(w->out, ' ', indent);
	text_add(w->out, label);
	text_pad(w->out, ' ', label_columns > label_width ? label_columns - label_width : 0);
	size_t at = add_words(w, text, false, left, left);
	if (command)
		add_words(w, command, true, left, at);
	text_add_char(w->out, '\n');
}

void wrap_line(const struct wrap *w, unsigned indent, const char *label, unsigned label_columns, const char *text)
{
	wrap_command(w, indent, label, label_columns, text, NULL);
}
