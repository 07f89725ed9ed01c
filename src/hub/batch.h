/* The sealed batch: what a host sends, and a hub stores, in one piece. Once it has its number its bytes never change,
 * so it can be sent again as often as it takes, to any hub.
 *
 *	offset  bytes
 *	0       4     "UNFB"
 *	4       2     v, the version of this layout and of the rows
 *	6       2     zeros
 *	8       8     host_id
 *	16      16    boot_id
 *	32      4     epoch: how many times the sender has begun anew
 *	36      8     seq: the number of the batch in its epoch, from 1
 *	44      8     offset_ms: of the host's clock to the hub's, which all its times are corrected by
 *	52      28    rows of each class
 *	80      28    rows of each class that had to be left out since the batch before
 *	108     4     bytes of the rows, before they are compressed
 *	112           the rows, class by class (row.h), compressed by zstd
 *	end-4   4     CRC-32C of all before
 *
 * Numbers have their little end first. */
#pragma once
#include "row/row.h"

enum {
	BATCH_VERSION = 1,
	BATCH_VERSION_LEAST = 1,
	BATCH_HEADER_BYTES = 112,
	BATCH_BYTES_MOST = 1 << 20,
	BATCH_ROWS_BYTES_MOST = 8 << 20,
};

struct batch_header {
	uint16_t v;
	uint64_t host_id;
	uint8_t boot_id[16];
	uint32_t epoch;
	uint64_t seq;
	int64_t offset_ms;
	uint32_t rows[ROW_CLASSES], lost[ROW_CLASSES];
	uint32_t rows_bytes;
};

/* v, rows and rows_bytes are filled in. 0, or -EFBIG: the rows are too many for one batch; -ENOMEM. */
int batch_seal(struct batch_header *header, const struct row_set *rows, struct text *ret);
/* Gives a batch that was never sent its number. */
void batch_number(struct text *sealed, uint32_t epoch, uint64_t seq);

/* The checksum at its end: two batches that differ have others, but for one in four thousand million. */
uint32_t batch_crc(const void *bytes, size_t length);
/* What is put on each of its rows but for the day. */
struct row_stamp batch_stamp(const struct batch_header *h, uint64_t received_ms);

/* Why a batch is refused, for its sender. */
struct batch_fault {
	char what[96];
	const char *why;
};

/* The header, of bytes that are whole. 0, or -EBADMSG (torn, or no batch), -EFBIG, -EPROTONOSUPPORT (another version),
 * with `ret_fault`. */
int batch_peek(const void *bytes, size_t length, struct batch_header *ret, struct batch_fault *ret_fault);
/* All of it. Each row is checked: what it is made of, ranges, lengths, the clock (NULL: not that); and that there is
 * one look at most. The same errors, and -EINVAL for a row that is wrong. The texts are the arena's; `ret_rows` is the
 * caller's to free, also then. */
int batch_open(const void *bytes, size_t length, const struct row_clock *clock, struct arena *arena,
               struct batch_header *ret, struct row_set *ret_rows, struct batch_fault *ret_fault);
