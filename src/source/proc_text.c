#include "proc_text.h"
#include "base/parse.h"
#include <ctype.h>
#include <errno.h>

enum { PORTS = 65536, WORD_BITS = 64 };

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

/* The first line that starts with `row`, from the text or from just behind such a line. */
static const char *find_row(const char *text, const char *row)
{
	while (*text && !starts_with(text, row)) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return *text ? text + strlen(row) : NULL;
}

static const char *next_word(const char *s, size_t *ret_length)
{
	s = skip_blanks(s);
	*ret_length = strcspn(s, " \t\n");
	return *ret_length ? s : NULL;
}

static int number(const char *s, size_t length, uint64_t *ret)
{
	char copy[24];

	if (length >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, s, length);
	copy[length] = '\0';
	return parse_u64(copy, ret);
}

static bool is_word(const char *s, size_t length, const char *word)
{
	return strlen(word) == length && !memcmp(s, word, length);
}

int proc_pair(const char *text, const char *row, const char *name, uint64_t *ret)
{
	const char *s = find_row(text, row);
	size_t length;

	while (s && (s = next_word(s, &length))) {
		bool found = is_word(s, length, name);
		s = next_word(s + length, &length);
		if (s && found)
			return number(s, length, ret);
		s = s ? s + length : NULL;
	}
	return -ENOENT;
}

int proc_table(const char *text, const char *row, const char *name, uint64_t *ret)
{
	const char *head = find_row(text, row);
	const char *values = head ? find_row(head, row) : NULL;
	size_t length, value_length;

	while (values && (head = next_word(head, &length)) && (values = next_word(values, &value_length))) {
		if (is_word(head, length, name))
			return number(values, value_length, ret);
		head += length;
		values += value_length;
	}
	return -ENOENT;
}

static int port(const char **s, uint64_t *ret)
{
	size_t digits = strspn(*s, "0123456789");
	int err = digits ? number(*s, digits, ret) : -EINVAL;

	*s += digits;
	return err ? err : *ret < PORTS ? 0 : -EINVAL;
}

int proc_port_list(const char *text, struct arena *arena, uint64_t **ret)
{
	uint64_t *bits = NULL;
	const char *s = text + strspn(text, " \t\n");

	while (*s && *s != '\n') {
		uint64_t first, last;
		int err = port(&s, &first);
		last = first;
		if (!err && *s == '-') {
			s++;
			err = port(&s, &last);
		}
		if (err || last < first || (*s && *s != ',' && *s != '\n'))
			return -EINVAL;
		s += *s == ',';
		if (!bits)
			bits = arena_alloc(arena, PORTS / 8);
		for (uint64_t p = first; p <= last; p++)
			bits[p / WORD_BITS] |= 1ULL << p % WORD_BITS;
	}
	*ret = bits;
	return 0;
}

size_t proc_numbers(const char *text, uint64_t *numbers, size_t room)
{
	size_t count = 0;

	for (const char *s = text; count < room; count++) {
		s += strspn(s, " \t\n");
		size_t length = strspn(s, "0123456789");
		if (!length || number(s, length, &numbers[count]))
			break;
		s += length;
	}
	return count;
}

/* The place of `name` among the words of the first line; -1 if it is not there. */
static int column_of(const char *head, const char *name)
{
	size_t length;

	for (int column = 0; (head = next_word(head, &length)); column++) {
		if (is_word(head, length, name))
			return column;
		head += length;
	}
	return -1;
}

static uint64_t hex_at(const char *line, int column)
{
	char copy[24] = "";
	uint64_t value = 0;
	size_t length = 0;

	while ((line = next_word(line, &length)) && column--)
		line += length;
	if (!line || length >= sizeof(copy))
		return 0;
	memcpy(copy, line, length);
	return parse_u64_hex(copy, &value) ? 0 : value;
}

uint64_t proc_hex_sum(const char *text, const char *name)
{
	int column = column_of(text, name);
	uint64_t sum = 0;

	for (const char *end = strchr(text, '\n'); column >= 0 && end && end[1]; end = strchr(end + 1, '\n'))
		sum += hex_at(end + 1, column);
	return sum;
}
