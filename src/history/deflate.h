/* A kept moment within the history: the bytes that `unfin record` would write, compressed. */
#pragma once
#include "base/text.h"
#include <stdint.h>

/* 0 or -ENOMEM. */
int deflate_image(const struct text *image, struct text *ret);
/* The image again; `bytes`: how long it must be. 0, -EBADMSG (it is not so long, or no image), -EFBIG, -ENOMEM. */
int inflate_image(const void *packed, size_t length, uint64_t bytes, struct text *ret);
