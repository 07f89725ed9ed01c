#include "deflate.h"
#include "source/kept/image.h"
#include <errno.h>
#include <zlib.h>

int deflate_image(const struct text *image, struct text *ret)
{
	uLongf packed = compressBound(image->length);

	text_reserve(ret, packed);
	if (compress2((Bytef *)ret->bytes, &packed, (const Bytef *)image->bytes, image->length, Z_BEST_SPEED) != Z_OK)
		return -ENOMEM;
	ret->length = packed;
	return 0;
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
