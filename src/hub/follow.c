#include "follow.h"
#include <errno.h>

enum { BATCHES_MOST = 256, BYTES_MOST = 4 << 20 };

void follower_begin(struct follower *f, const struct spool *spool, struct hub_store *store)
{
	*f = (struct follower){ .store = store };
	spool_reader_begin(&f->reader, spool, hub_store_position(store));
}

void follower_end(struct follower *f)
{
	spool_reader_end(&f->reader);
}

/* Checked when it came, and again: the disk may not be what it was. By the clock of then. */
static int put(struct follower *f, const struct spool_record *r)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct row_clock clock = { r->received_ms };
	struct batch_header h;
	struct batch_fault fault;
	struct row_set rows = { 0 };
	int err = batch_open(r->batch.bytes, r->batch.length, &clock, arena, &h, &rows, &fault);

	if (err)
		f->odd++;
	else
		err = hub_store_put(f->store, &h, &rows, r->received_ms)
		              ?: hub_store_note(f->store, &h, batch_crc(r->batch.bytes, r->batch.length));
	row_set_free(&rows);
	return err == -EBADMSG || err == -EINVAL ? 0 : err;
}

static int put_some(struct follower *f)
{
	uint64_t begin = f->reader.position;
	int err = 0;

	for (unsigned n = 0; !err && n < BATCHES_MOST && f->reader.position - begin < BYTES_MOST; n++) {
		struct spool_record r = { 0 };
		err = spool_next(&f->reader, &r) ?: put(f, &r);
		f->stored += !err;
		text_free(&r.batch);
	}
	return err == -EAGAIN && f->reader.position > begin ? 0 : err;
}

int follower_step(struct follower *f)
{
	uint64_t begin = f->reader.position;

	if (begin >= spool_end(f->reader.spool))
		return -EAGAIN;
	int err = hub_store_begin(f->store) ?: put_some(f) ?: hub_store_commit(f->store, f->reader.position);
	if (err) {
		hub_store_undo(f->store);
		spool_reader_end(&f->reader);
		f->reader.position = begin;
	}
	return err;
}
