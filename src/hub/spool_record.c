#include "spool_record.h"
#include "batch.h"
#include "crc32c.h"
#include <errno.h>
#include <fcntl.h>

struct front {
	uint32_t length, crc;
	uint64_t received_ms;
};

_Static_assert(sizeof(struct front) == SPOOL_RECORD_BYTES, "as it stands on the disk");

static uint32_t sum_of(const struct front *f, const void *batch)
{
	return crc32c(batch, f->length) ^ crc32c(&f->received_ms, sizeof(f->received_ms));
}

void spool_record_write(struct text *out, const void *batch, size_t length, uint64_t received_ms)
{
	struct front f = { .length = (uint32_t)length, .received_ms = received_ms };

	f.crc = sum_of(&f, batch);
	text_add_bytes(out, (const char *)&f, sizeof(f));
	text_add_bytes(out, batch, length);
}

/* 0, -EAGAIN: nothing more; -EBADMSG: less than that. */
static int read_all(int fd, void *to, size_t length, uint64_t offset)
{
	size_t had = 0;

	while (had < length) {
		ssize_t n = pread(fd, (char *)to + had, length - had, (off_t)(offset + had));
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return had ? -EBADMSG : -EAGAIN;
		had += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int spool_record_read(int fd, uint64_t offset, struct spool_record *ret)
{
	struct front f;
	int err = read_all(fd, &f, sizeof(f), offset);

	if (err)
		return err;
	if (!f.length || f.length > BATCH_BYTES_MOST)
		return -EBADMSG;
	text_reserve(&ret->batch, f.length);
	err = read_all(fd, ret->batch.bytes, f.length, offset + sizeof(f));
	if (err)
		return err == -EAGAIN ? -EBADMSG : err;
	ret->batch.length = f.length;
	ret->received_ms = f.received_ms;
	return f.crc == sum_of(&f, ret->batch.bytes) ? 0 : -EBADMSG;
}

void spool_reader_begin(struct spool_reader *r, const struct spool *s, uint64_t position)
{
	*r = (struct spool_reader){ s, MAX(position, spool_begin(s)), -1, 0 };
}

static int open_at(struct spool_reader *r)
{
	int folder = spool_folder(r->spool);

	r->file = spool_file_of(folder, r->position);
	int fd = spool_record_open(folder, r->file, O_RDONLY);
	if (fd < 0)
		return fd;
	r->fd = fd;
	return 0;
}

/* A file ends where the next one begins. */
int spool_next(struct spool_reader *r, struct spool_record *ret)
{
	if (r->position >= spool_end(r->spool))
		return -EAGAIN;
	int err = r->fd < 0 ? open_at(r) : 0;
	err = err ?: spool_record_read(r->fd, r->position - r->file, ret);
	if (err == -EAGAIN) {
		spool_reader_end(r);
		err = open_at(r) ?: spool_record_read(r->fd, r->position - r->file, ret);
	}
	uint64_t end = r->position + SPOOL_RECORD_BYTES + ret->batch.length;
	if (!err || (err == -EBADMSG && ret->batch.length && end <= spool_end(r->spool)))
		r->position = end;
	return err == -EAGAIN ? -EBADMSG : err;
}

void spool_reader_end(struct spool_reader *r)
{
	cleanup_close(&r->fd);
	r->fd = -1;
}
