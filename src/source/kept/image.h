/* The bytes of a kept file, between memory and a disk. SQLite itself opens no file: a name may be a link, a FIFO, a URI
 * or ":memory:", and the folder may be another user's. */
#pragma once
#include "base/text.h"

enum { KEPT_BYTES_MOST = 1 << 30 };

/* Reads the plain file `path` whole. 0, or -errno: -ELOOP a link, -EPROTO no plain file, -EFBIG more than
 * KEPT_BYTES_MOST, -ENOMEM. */
int image_read(const char *path, struct text *ret);

/* Makes the file, mode 0600, complete or not at all: it gets its name when all is written. 0 or -errno (-EEXIST:
 * nothing is written over). Where the file system knows no nameless files, one that is killed leaves `path` with an
 * ending. */
int image_write(const char *path, const void *bytes, size_t length);

/* Puts the file in the place of what is there, in a folder that is ours: readers see the one or the other, whole. Not
 * forced to a disk: it is replaced again soon. `mode`: 0640. 0 or -errno. */
int image_replace(const char *path, const void *bytes, size_t length, unsigned mode);
