/* One record of the spool, and where it stands: see spool.h. */
#pragma once
#include "spool.h"

enum { SPOOL_RECORD_BYTES = 16 };

void spool_record_write(struct text *out, const void *batch, size_t length, uint64_t received_ms);
/* At this offset of the file. 0, -EAGAIN (the file ends there), -EBADMSG (torn or damaged), -errno. Of one that is
 * damaged, with as many bytes as it should have, `batch.length` tells how many that are. */
int spool_record_read(int fd, uint64_t offset, struct spool_record *ret);
/* The file that begins there; a descriptor or -errno. */
int spool_record_open(int folder, uint64_t file, int flags);
/* The file that this position is in. */
uint64_t spool_file_of(int folder, uint64_t position);
int spool_folder(const struct spool *s);
