#include "batch.h"
#include "base/memory.h"
#include "crc32c.h"
#include <errno.h>
#include <zstd.h>

enum { LEVEL = 3, CRC_BYTES = 4, AT_EPOCH = 32 };

static const char magic[4] = { 'U', 'N', 'F', 'B' };

/* The members of the header as they stand in a batch. */
#define H(kind, field)                                                                                                 \
	{                                                                                                              \
#field, ROW_##kind, offsetof(struct batch_header, field)                                               \
	}
static const struct row_column front[] = {
	H(U64, host_id), H(ID16, boot_id), H(U32, epoch), H(U64, seq), H(U64, offset_ms), { 0 },
};
#undef H

static void write_header(struct text *out, const struct batch_header *h)
{
	static const uint16_t zero = 0;

	text_add_bytes(out, magic, sizeof(magic));
	text_add_bytes(out, (const char *)&h->v, sizeof(h->v));
	text_add_bytes(out, (const char *)&zero, sizeof(zero));
	row_write(out, front, h);
	text_add_bytes(out, (const char *)h->rows, sizeof(h->rows));
	text_add_bytes(out, (const char *)h->lost, sizeof(h->lost));
	text_add_bytes(out, (const char *)&h->rows_bytes, sizeof(h->rows_bytes));
}

static void read_header(const uint8_t *bytes, struct batch_header *h)
{
	memcpy(&h->v, bytes + 4, sizeof(h->v));
	memcpy(&h->host_id, bytes + 8, sizeof(h->host_id));
	memcpy(h->boot_id, bytes + 16, sizeof(h->boot_id));
	memcpy(&h->epoch, bytes + AT_EPOCH, sizeof(h->epoch));
	memcpy(&h->seq, bytes + 36, sizeof(h->seq));
	memcpy(&h->offset_ms, bytes + 44, sizeof(h->offset_ms));
	memcpy(h->rows, bytes + 52, sizeof(h->rows));
	memcpy(h->lost, bytes + 80, sizeof(h->lost));
	memcpy(&h->rows_bytes, bytes + 108, sizeof(h->rows_bytes));
}

_Static_assert(52 + 2 * sizeof(((struct batch_header *)0)->rows) + 4 == BATCH_HEADER_BYTES, "as batch.h has it");

static void write_crc(struct text *out)
{
	uint32_t crc = crc32c(out->bytes, out->length);

	text_add_bytes(out, (const char *)&crc, sizeof(crc));
}

static void write_rows(struct text *out, const struct row_set *rows)
{
	for (enum row_class c = 0; c < ROW_CLASSES; c++)
		for (size_t i = 0; i < rows->of[c].count; i++)
			row_write(out, row_layout(c)->columns, row_at(rows, c, i));
}

int batch_seal(struct batch_header *h, const struct row_set *rows, struct text *ret)
{
	TEXT_CLEANUP plain = { 0 };

	write_rows(&plain, rows);
	if (plain.length > BATCH_ROWS_BYTES_MOST)
		return -EFBIG;
	h->v = BATCH_VERSION;
	h->rows_bytes = (uint32_t)plain.length;
	for (size_t c = 0; c < ROW_CLASSES; c++)
		h->rows[c] = (uint32_t)rows->of[c].count;
	TEXT_CLEANUP sealed = { 0 };
	write_header(&sealed, h);
	size_t bound = ZSTD_compressBound(plain.length);
	text_reserve(&sealed, bound);
	size_t packed = ZSTD_compress(sealed.bytes + sealed.length, bound, plain.bytes ?: "", plain.length, LEVEL);
	if (ZSTD_isError(packed))
		return -ENOMEM;
	sealed.length += packed;
	if (sealed.length + CRC_BYTES > BATCH_BYTES_MOST)
		return -EFBIG;
	write_crc(&sealed);
	text_add_bytes(ret, sealed.bytes, sealed.length);
	return 0;
}

void batch_number(struct text *sealed, uint32_t epoch, uint64_t seq)
{
	memcpy(sealed->bytes + AT_EPOCH, &epoch, sizeof(epoch));
	memcpy(sealed->bytes + AT_EPOCH + sizeof(epoch), &seq, sizeof(seq));
	sealed->length -= CRC_BYTES;
	write_crc(sealed);
}

uint32_t batch_crc(const void *bytes, size_t length)
{
	uint32_t crc;

	memcpy(&crc, (const uint8_t *)bytes + length - CRC_BYTES, sizeof(crc));
	return crc;
}

struct row_stamp batch_stamp(const struct batch_header *h, uint64_t received_ms)
{
	struct row_stamp stamp = {
		.host_id = h->host_id, .epoch = h->epoch, .seq = h->seq, .received_ms = received_ms, .v = h->v
	};

	memcpy(stamp.boot_id, h->boot_id, sizeof(stamp.boot_id));
	return stamp;
}

static int refuse(struct batch_fault *f, int err, const char *what, const char *why)
{
	snprintf(f->what, sizeof(f->what), "%s", what);
	f->why = why;
	return err;
}

int batch_peek(const void *bytes, size_t length, struct batch_header *ret, struct batch_fault *fault)
{
	struct batch_header h = { 0 };

	if (length > BATCH_BYTES_MOST)
		return refuse(fault, -EFBIG, "the batch is too large", "one has at most 1 MiB");
	if (length < BATCH_HEADER_BYTES + CRC_BYTES || memcmp(bytes, magic, sizeof(magic)) != 0)
		return refuse(fault, -EBADMSG, "this is no batch", "it does not begin like one");
	read_header(bytes, &h);
	if (h.v < BATCH_VERSION_LEAST || h.v > BATCH_VERSION)
		return refuse(fault, -EPROTONOSUPPORT, "this hub does not know that version of batches",
		              "agent and hub are too far apart");
	if (batch_crc(bytes, length) != crc32c(bytes, length - CRC_BYTES))
		return refuse(fault, -EBADMSG, "the batch is damaged", "its checksum is not that of its bytes");
	if (h.rows_bytes > BATCH_ROWS_BYTES_MOST)
		return refuse(fault, -EFBIG, "the batch is too large", "its rows have at most 8 MiB");
	if (!h.host_id || !h.epoch || !h.seq)
		return refuse(fault, -EBADMSG, "the batch has no name", "host, epoch and number begin with 1");
	*ret = h;
	return 0;
}

/* Unpacked at once into a place of the size that was told: nothing in the packed bytes makes it larger. */
static int unpack(const uint8_t *bytes, size_t length, size_t expected, uint8_t *ret, struct batch_fault *fault)
{
	const uint8_t *packed = bytes + BATCH_HEADER_BYTES;
	size_t packed_bytes = length - BATCH_HEADER_BYTES - CRC_BYTES;

	if (ZSTD_decompress(ret, expected, packed, packed_bytes) != expected)
		return refuse(fault, -EBADMSG, "the batch is damaged", "its rows cannot be unpacked");
	return 0;
}

static int read_one(struct row_bytes *in, enum row_class c, uint32_t at, const struct row_clock *clock,
                    struct arena *arena, struct row_set *rows, struct batch_fault *fault)
{
	const struct row_layout *l = row_layout(c);
	const char *why = NULL, *column = row_read(in, l, clock, arena, row_push(rows, c), &why);

	if (!column)
		return 0;
	snprintf(fault->what, sizeof(fault->what), "%s, row %u: %s", l->table, at, column);
	fault->why = why;
	return -EINVAL;
}

static int read_rows(struct row_bytes in, const struct batch_header *h, const struct row_clock *clock,
                     struct arena *arena, struct row_set *rows, struct batch_fault *fault)
{
	int err = 0;

	if (h->rows[ROW_LOOK] > 1)
		return refuse(fault, -EINVAL, "looks: more than one",
		              "a look vouches for the rows of its own batch, and those before");
	for (enum row_class c = 0; c < ROW_CLASSES; c++)
		for (uint32_t i = 0; i < h->rows[c]; i++)
			if ((err = read_one(&in, c, i, clock, arena, rows, fault)))
				return err;
	return in.left ? refuse(fault, -EINVAL, "bytes follow the last row", "the header names fewer rows") : 0;
}

int batch_open(const void *bytes, size_t length, const struct row_clock *clock, struct arena *arena,
               struct batch_header *ret, struct row_set *ret_rows, struct batch_fault *fault)
{
	int err = batch_peek(bytes, length, ret, fault);

	if (err)
		return err;
	cleanup(cleanup_free) uint8_t *plain = memory_zeroed(ret->rows_bytes + 1);
	return unpack(bytes, length, ret->rows_bytes, plain, fault)
	               ?: read_rows((struct row_bytes){ plain, ret->rows_bytes }, ret, clock, arena, ret_rows, fault);
}
