/* A kept moment within the history: the bytes that `unfin record` would write, compressed. */
#pragma once
#include "base/text.h"
#include "model/moment.h"

/* `ret_bytes`: how long the image is. 0 or -errno. */
int deflate_moment(const struct moment *m, struct text *ret, uint64_t *ret_bytes);
/* The image again; `bytes`: how long it must be. 0, -EBADMSG (it is not so long, or no image), -EFBIG, -ENOMEM. */
int inflate_image(const void *packed, size_t length, uint64_t bytes, struct text *ret);
