/* A kept moment within the history: the bytes that `unfin record` would write, compressed, in pieces: of a million
 * sockets it is a hundred megabytes, which nobody is to have in memory only to put it away. */
#pragma once
#include "base/text.h"
#include <stdint.h>

/* Takes the next piece; 0 or -errno, which ends it. */
typedef int deflate_put(void *context, const struct text *piece);
/* The bytes of the file `path`, compressed. 0, what `put` gave, -errno of reading, -ENOMEM. */
int deflate_file(const char *path, deflate_put *put, void *context);
/* The image again; `bytes`: how long it must be. 0, -EBADMSG (it is not so long, or no image), -EFBIG, -ENOMEM. */
int inflate_image(const void *packed, size_t length, uint64_t bytes, struct text *ret);
