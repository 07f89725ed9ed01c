#include "link.h"
#include "base/file.h"
#include <errno.h>
#include <poll.h>

enum { PIECE = 64 * 1024 };

int link_send(int fd, const struct text *message)
{
	uint64_t length = message->length;

	return file_write(fd, &length, sizeof(length)) ?: file_write(fd, message->bytes, message->length);
}

static uint64_t length_of(const struct text *taken)
{
	uint64_t length = 0;

	if (taken->length >= LINK_HEAD)
		memcpy(&length, taken->bytes, LINK_HEAD);
	return length;
}

/* Of one message, and no byte of the next. */
static size_t missing(const struct text *taken)
{
	return taken->length < LINK_HEAD ? LINK_HEAD - taken->length
	                                 : LINK_HEAD + (size_t)length_of(taken) - taken->length;
}

static bool is_whole(const struct text *taken)
{
	return taken->length >= LINK_HEAD && !missing(taken);
}

static bool is_there(int fd)
{
	return poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 0) > 0;
}

static int take_piece(int fd, struct text *taken)
{
	size_t wanted = MIN(missing(taken), (size_t)PIECE);

	text_reserve(taken, wanted);
	ssize_t got = read(fd, taken->bytes + taken->length, wanted);
	if (got < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	if (!got)
		return -ENODATA;
	taken->length += (size_t)got;
	return length_of(taken) > LINK_BYTES_MOST ? -EBADMSG : 0;
}

int link_take(int fd, struct text *taken)
{
	while (!is_whole(taken) && is_there(fd)) {
		int err = take_piece(fd, taken);
		if (err)
			return err;
	}
	return is_whole(taken);
}

int link_receive(int fd, struct text *ret)
{
	ret->length = 0;
	while (!is_whole(ret)) {
		int err = take_piece(fd, ret);
		if (err)
			return err;
	}
	return 0;
}
