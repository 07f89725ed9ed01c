#include "text.h"
#include "memory.h"
#include "utf8.h"
#include <errno.h>
#include <poll.h>
#include <stdarg.h>

void text_free(struct text *t)
{
	free(t->bytes);
	*t = (struct text){ 0 };
}

void text_grow(struct text *t, size_t more)
{
	t->room = MAX(t->length + more + 1, MAX(t->room * 2, (size_t)256));
	t->bytes = memory_resize(t->bytes, t->room, 1);
}

void text_add_u64(struct text *t, uint64_t value)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
	                            "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
	                            "8081828384858687888990919293949596979899";
	char digits[20];
	size_t at = sizeof(digits);

	for (; value >= 10; value /= 100)
		memcpy(digits + (at -= 2), pairs + value % 100 * 2, 2);
	if (value || at == sizeof(digits))
		digits[--at] = (char)('0' + value);
	text_add_bytes(t, digits + at, sizeof(digits) - at);
}

void text_printf(struct text *t, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	text_reserve(t, (size_t)length);
	vsnprintf(t->bytes + t->length, (size_t)length + 1, format, again);
	t->length += (size_t)length;
	va_end(again);
	va_end(args);
}

/* How many bytes of printable ASCII there are: nearly always all. */
static size_t text_plain_length(const char *s)
{
	size_t length = 0;

	while (s[length] >= ' ' && s[length] <= '~')
		length++;
	return length;
}

void text_add_shown(struct text *t, const char *s)
{
	while (*s) {
		size_t plain = text_plain_length(s);
		text_add_bytes(t, s, plain);
		s += plain;
		if (!*s)
			return;
		int length = utf8_printable(s);
		if (length)
			text_add_bytes(t, s, (size_t)length);
		else
			text_printf(t, "\\x%02x", (unsigned char)*s);
		s += length ? length : 1;
	}
}

/* Is it something else than a plain name, so that where it ends must be marked? */
static bool is_quotable(const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-:@/+=%~\\";

	for (int length = 1; *s; s += length) {
		length = utf8_valid(s);
		if (!length || (length == 1 && !strchr(plain, *s)))
			return true;
	}
	return false;
}

void text_add_quoted(struct text *t, const char *s)
{
	text_add_char(t, '"');
	for (size_t length; *s; s += length) {
		cleanup(cleanup_free) char *piece = memory_strndup(s, strcspn(s, "\"`") ?: 1);
		length = strlen(piece);
		if (*s == '"' || *s == '`')
			text_printf(t, "\\x%02x", (unsigned char)*s);
		else
			text_add_shown(t, piece);
	}
	text_add_char(t, '"');
}

void text_add_name(struct text *t, const char *s)
{
	if (!*s || is_quotable(s))
		text_add_quoted(t, s);
	else
		text_add_shown(t, s);
}

size_t text_columns(const char *s)
{
	size_t columns = 0;

	while (*s) {
		size_t plain = strcspn(s, "\033");
		columns += utf8_columns(s, plain);
		s += plain + strcspn(s + plain, "m");
		s += *s == 'm';
	}
	return columns;
}

int text_flush(struct text *t, int fd)
{
	size_t done = 0;

	while (done < t->length) {
		ssize_t n = write(fd, t->bytes + done, t->length - done);
		if (n < 0 && errno == EAGAIN) /* somebody else's non-blocking pipe, full */
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
		else if (n < 0 && errno != EINTR)
			return -errno;
		else if (n > 0)
			done += (size_t)n;
	}
	t->length = 0;
	if (t->bytes)
		t->bytes[0] = '\0';
	return 0;
}
