#include "watch_out.h"
#include "base/clock.h"
#include <errno.h>
#include <poll.h>

/* Where a pipe can be written to at all, it takes a page. */
enum { PENDING_MUCH = 64 << 10, PENDING_MOST = 1 << 20, PIECE = 4096, LAST_WAIT_MS = 1000 };

static uint64_t count_lines(const struct text *t)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < t->length; i++)
		lines += t->bytes[i] == '\n';
	return lines;
}

static bool takes(int wait_ms)
{
	struct pollfd p = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&p, 1, wait_ms) > 0 && p.revents;
}

static void write_pieces(struct watch_out *o, uint64_t until_ns)
{
	size_t written = 0;

	while (!o->err && written < o->pending.length) {
		uint64_t now = clock_monotonic_ns();
		if (!takes(now < until_ns ? (int)((until_ns - now) / NS_PER_MS) : 0))
			break;
		ssize_t n = write(STDOUT_FILENO, o->pending.bytes + written,
		                  MIN(o->pending.length - written, (size_t)PIECE));
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			o->err = -errno;
		written += n > 0 ? (size_t)n : 0;
	}
	o->pending.length -= written;
	if (written)
		memmove(o->pending.bytes, o->pending.bytes + written, o->pending.length + 1);
}

void watch_out_write(struct watch_out *o)
{
	write_pieces(o, 0);
}

void watch_out_line(struct watch_out *o)
{
	if (o->pending.length > PENDING_MUCH)
		watch_out_write(o);
	if (o->pending.length + o->line.length > PENDING_MOST)
		o->unread += count_lines(&o->line);
	else
		text_add_bytes(&o->pending, o->line.bytes, o->line.length);
	o->line.length = 0;
}

void watch_out_end(struct watch_out *o)
{
	write_pieces(o, clock_monotonic_ns() + LAST_WAIT_MS * NS_PER_MS);
	o->unread += count_lines(&o->pending);
	text_free(&o->pending);
	text_free(&o->line);
}
