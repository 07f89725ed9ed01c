#include "prompt.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "model/filter/filter.h"

enum { BYTES_MOST = 1000 };

static void insert(struct prompt *p, uint32_t code)
{
	char bytes[5] = "";
	size_t length = utf8_put(bytes, sizeof(bytes) - 1, code);

	if (!length || p->text.length + length > BYTES_MOST || !utf8_printable(bytes))
		return;
	text_reserve(&p->text, length);
	memmove(p->text.bytes + p->cursor + length, p->text.bytes + p->cursor, p->text.length - p->cursor + 1);
	memcpy(p->text.bytes + p->cursor, bytes, length);
	p->text.length += length;
	p->cursor += length;
}

static size_t before(const struct prompt *p, size_t at)
{
	while (at && ((unsigned char)p->text.bytes[--at] & 0xc0) == 0x80)
		;
	return at;
}

static size_t behind(const struct prompt *p, size_t at)
{
	return at < p->text.length ? at + (size_t)MAX(utf8_valid(p->text.bytes + at), 1) : at;
}

static void cut(struct prompt *p, size_t from, size_t to)
{
	memmove(p->text.bytes + from, p->text.bytes + to, p->text.length - to + 1);
	p->text.length -= to - from;
	p->cursor = from;
}

static size_t word_before(const struct prompt *p)
{
	size_t at = p->cursor;

	while (at && p->text.bytes[at - 1] == ' ')
		at--;
	while (at && p->text.bytes[at - 1] != ' ')
		at--;
	return at;
}

static void judge(struct prompt *p)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct filter_error error;
	struct filter *filter;

	p->wrong_column = 0;
	p->message.length = 0;
	text_add(&p->message, "");
	if (!p->text.length || !filter_compile(p->text.bytes, arena, &filter, &error))
		return;
	p->wrong_column = error.column;
	text_printf(&p->message, "%s%s%s", error.message, error.hint ? "; " : "", error.hint ?: "");
}

static void control(struct prompt *p, uint32_t letter)
{
	if (letter == 'u')
		cut(p, 0, p->cursor);
	else if (letter == 'w')
		cut(p, word_before(p), p->cursor);
	else if (letter == 'a')
		p->cursor = 0;
	else if (letter == 'e')
		p->cursor = p->text.length;
	else if (letter == 'k')
		cut(p, p->cursor, p->text.length);
}

static void edit(struct prompt *p, const struct key *k)
{
	switch (k->kind) {
	case KEY_KIND_CHARACTER:
		insert(p, k->code);
		break;
	case KEY_KIND_BACKSPACE:
		cut(p, before(p, p->cursor), p->cursor);
		break;
	case KEY_KIND_DELETE:
		cut(p, p->cursor, behind(p, p->cursor));
		break;
	case KEY_KIND_LEFT:
		p->cursor = before(p, p->cursor);
		break;
	case KEY_KIND_RIGHT:
		p->cursor = behind(p, p->cursor);
		break;
	case KEY_KIND_HOME:
		p->cursor = 0;
		break;
	case KEY_KIND_END:
		p->cursor = p->text.length;
		break;
	case KEY_KIND_CONTROL:
		control(p, k->code);
		break;
	default:
		break;
	}
}

void prompt_begin(struct prompt *p, const char *text)
{
	p->open = true;
	p->text.length = 0;
	text_add(&p->text, text);
	p->cursor = p->text.length;
	judge(p);
}

void prompt_free(struct prompt *p)
{
	text_free(&p->text);
	text_free(&p->message);
}

enum prompt_end prompt_key(struct prompt *p, const struct key *k)
{
	bool cancel = k->kind == KEY_KIND_ESCAPE || (k->kind == KEY_KIND_BACKSPACE && !p->text.length);

	edit(p, k);
	judge(p);
	if (!cancel && (k->kind != KEY_KIND_ENTER || p->wrong_column))
		return PROMPT_GOES_ON;
	p->open = false;
	return cancel ? PROMPT_CANCELLED : PROMPT_DONE;
}

unsigned prompt_cursor_column(const struct prompt *p)
{
	return (unsigned)utf8_columns(p->text.bytes, p->cursor);
}
