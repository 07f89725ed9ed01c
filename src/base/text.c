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

static void text_reserve(struct text *t, size_t more)
{
	size_t need = t->length + more + 1;

	if (need <= t->room)
		return;
	t->room = MAX(need, MAX(t->room * 2, (size_t)256));
	t->bytes = memory_resize(t->bytes, t->room, 1);
}

void text_add_bytes(struct text *t, const char *bytes, size_t length)
{
	text_reserve(t, length);
	memcpy(t->bytes + t->length, bytes, length);
	t->length += length;
	t->bytes[t->length] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

void text_add_char(struct text *t, char c)
{
	text_add_bytes(t, &c, 1);
}

void text_add_u64(struct text *t, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + value % 10);
	while (value /= 10);
	text_add_bytes(t, digits + at, sizeof(digits) - at);
}

void text_pad(struct text *t, char c, size_t times)
{
	text_reserve(t, times);
	memset(t->bytes + t->length, c, times);
	t->length += times;
	t->bytes[t->length] = '\0';
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

void text_add_shown(struct text *t, const char *s)
{
	while (*s) {
		int length = utf8_printable(s);
		if (length)
			text_add_bytes(t, s, (size_t)length);
		else
			text_printf(t, "\\x%02x", (unsigned char)*s);
		s += length ? length : 1;
	}
}

size_t text_columns(const char *s)
{
	size_t columns = 0;

	while (*s) {
		if (*s == '\033') {
			s += strcspn(s, "m");
			s += *s == 'm';
			continue;
		}
		columns += ((unsigned char)*s & 0xc0) != 0x80;
		s++;
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
