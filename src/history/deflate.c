#include "deflate.h"
#include "base/memory.h"
#include "source/kept/image.h"
#include <errno.h>
#include <fcntl.h>
#include <zlib.h>

enum { READ_BYTES = 64 << 10, PIECE_BYTES = 256 << 10 };

struct packing {
	z_stream stream;
	struct text piece;
	deflate_put *put;
	void *context;
};

static int hand_on(struct packing *p)
{
	p->piece.length = PIECE_BYTES - p->stream.avail_out;
	int err = p->piece.length ? p->put(p->context, &p->piece) : 0;

	p->stream.next_out = (Bytef *)p->piece.bytes;
	p->stream.avail_out = PIECE_BYTES;
	return err;
}

/* What was read, or, at the end, what is left. */
static int pack(struct packing *p, const void *bytes, size_t length)
{
	int err = 0;
	bool full;

	p->stream.next_in = (Bytef *)bytes;
	p->stream.avail_in = (uInt)length;
	do {
		deflate(&p->stream, length ? Z_NO_FLUSH : Z_FINISH);
		full = !p->stream.avail_out;
		if (full || !length)
			err = hand_on(p);
	} while (full && !err);
	return err;
}

static int pack_all(struct packing *p, int fd)
{
	cleanup(cleanup_free) char *bytes = memory_resize(NULL, READ_BYTES, 1);
	ssize_t n;
	int err = 0;

	do {
		n = read(fd, bytes, READ_BYTES);
		if (n < 0)
			return -errno;
		err = pack(p, bytes, (size_t)n);
	} while (n && !err);
	return err;
}

int deflate_file(const char *path, deflate_put *put, void *context)
{
	struct packing p = { .put = put, .context = context };
	cleanup(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return -errno;
	if (deflateInit(&p.stream, Z_BEST_SPEED) != Z_OK)
		return -ENOMEM;
	text_reserve(&p.piece, PIECE_BYTES);
	p.stream.next_out = (Bytef *)p.piece.bytes;
	p.stream.avail_out = PIECE_BYTES;
	int err = pack_all(&p, fd);

	deflateEnd(&p.stream);
	text_free(&p.piece);
	return err;
}

int inflate_image(const void *packed, size_t length, uint64_t bytes, struct text *ret)
{
	enum { RATIO_MOST = 1040 }; /* deflate packs 258 bytes into two bits at best */
	uLongf room = bytes;

	if (!bytes || bytes > KEPT_BYTES_MOST || bytes / RATIO_MOST > length)
		return -EFBIG;
	text_reserve(ret, bytes);
	int code = uncompress((Bytef *)ret->bytes, &room, packed, length);
	if (code != Z_OK || room != bytes)
		return code == Z_MEM_ERROR ? -ENOMEM : -EBADMSG;
	ret->length = bytes;
	ret->bytes[bytes] = '\0';
	return 0;
}
