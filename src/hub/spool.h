/* What a hub has promised to keep: each batch, in the order in which they came, on the disk before its sender is told
 * so. A store follows with a position of its own and may be as late as the disk allows; what all stores have is
 * dropped, a file at a time.
 *
 * Positions are bytes since the spool began; a file is named by the position of its first byte. A record is its length,
 * its CRC-32C (4 bytes each), when it came (8 bytes, ms since 1970), and the batch. What a crash has torn off at the
 * end was promised to nobody, and is cut off. */
#pragma once
#include "base/text.h"

struct spool;

/* Called for each record that is there and not damaged when the spool is opened. */
typedef void spool_visitor(void *context, const void *batch, size_t length);

/* The folder must exist. 0 or -errno (-EBADMSG: it is damaged before its end). */
int spool_open(const char *folder, spool_visitor *visit, void *context, struct spool **ret);
void spool_close(struct spool *s); /* NULL is fine */

/* One thread appends; what it has appended is kept, and may be read, once spool_sync() has returned 0. Where that fails
 * all since the last sync is taken back; where spool_append() fails, that batch alone. 0 or -errno. */
int spool_append(struct spool *s, const void *batch, size_t length, uint64_t received_ms);
int spool_sync(struct spool *s);

/* Any thread. */
uint64_t spool_begin(const struct spool *s);
uint64_t spool_end(const struct spool *s);
void spool_drop(struct spool *s, uint64_t position); /* files that end before it */

/* A reader is one thread's. It begins at `position`, or at the oldest that is there. */
struct spool_reader {
	const struct spool *spool;
	uint64_t position;
	int fd;        /* -1: none is open */
	uint64_t file; /* where that one begins */
};

struct spool_record {
	struct text batch; /* the caller frees it */
	uint64_t received_ms;
};

void spool_reader_begin(struct spool_reader *r, const struct spool *s, uint64_t position);
/* The next record. 0, -EAGAIN (there is none yet), or -errno: -EBADMSG it is damaged, and if its end is known the
 * reader stands there: `position` has moved. */
int spool_next(struct spool_reader *r, struct spool_record *ret);
void spool_reader_end(struct spool_reader *r);
