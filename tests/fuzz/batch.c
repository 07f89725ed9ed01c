/* What strangers send to `unfin hub`, behind the library that parses HTTP: a batch. Its checksum is made right, and its
 * rows are packed here, so that mutations reach every row; the first byte says whether they stay as they came. */
#include "fuzz.h"
#include "hub/batch.h"
#include <zstd.h>

static const uint64_t now_ms = 1800000000000;

enum { LEVEL = 1, CRC_BYTES = 4 };

/* Whatever passes is as whole as what we write ourselves: it can be sealed again. */
static void take(const struct text *sealed)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct row_clock clock = { now_ms };
	struct batch_header h;
	struct batch_fault fault = { 0 };
	struct row_set rows = { 0 };
	TEXT_CLEANUP again = { 0 };
	int err = batch_open(sealed->bytes, sealed->length, &clock, arena, &h, &rows, &fault);

	if (err && (!fault.what[0] || !fault.why))
		abort();
	if (!err && batch_seal(&h, &rows, &again))
		abort();
	row_set_free(&rows);
}

/* The header from the input, then its rows. */
static void take_packed(const uint8_t *bytes, size_t length)
{
	TEXT_CLEANUP t = { 0 };

	if (length < BATCH_HEADER_BYTES)
		return;
	size_t plain = length - BATCH_HEADER_BYTES, bound = ZSTD_compressBound(plain);
	uint32_t told = (uint32_t)plain;
	text_add_bytes(&t, (const char *)bytes, BATCH_HEADER_BYTES);
	memcpy(t.bytes, "UNFB", 4);
	memcpy(t.bytes + BATCH_HEADER_BYTES - sizeof(told), &told, sizeof(told));
	text_reserve(&t, bound);
	t.length += ZSTD_compress(t.bytes + t.length, bound, bytes + BATCH_HEADER_BYTES, plain, LEVEL);
	text_add_bytes(&t, "crc!", CRC_BYTES);
	batch_number(&t, 1, 1);
	take(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	TEXT_CLEANUP as_it_is = { 0 };

	if (!length)
		return 0;
	text_add_bytes(&as_it_is, (const char *)bytes + 1, length - 1);
	if (*bytes & 1)
		take(&as_it_is);
	else
		take_packed(bytes + 1, length - 1);
	return 0;
}
