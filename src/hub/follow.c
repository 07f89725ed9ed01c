#include "follow.h"
#include "base/clock.h"
#include <errno.h>

void follower_begin(struct follower *f, const struct spool *spool, struct hub_store *store)
{
	*f = (struct follower){ .store = store };
	spool_reader_begin(&f->reader, spool, hub_store_position(store));
}

void follower_end(struct follower *f)
{
	spool_reader_end(&f->reader);
}

/* Checked when it came, and again: the disk may not be what it was. By the clock of then. 0, or -errno of the store. */
static int put(struct follower *f, const struct spool_record *r)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct row_clock clock = { r->received_ms };
	struct batch_header h;
	struct batch_fault fault;
	struct row_set rows = { 0 };
	int err = 0;

	if (batch_open(r->batch.bytes, r->batch.length, &clock, arena, &h, &rows, &fault))
		f->odd++;
	else
		err = hub_store_put(f->store, &h, &rows, r->received_ms)
		              ?: hub_store_note(f->store, &h, batch_crc(r->batch.bytes, r->batch.length));
	row_set_free(&rows);
	return err;
}

/* True: it is stored, or damaged and passed over. Else `spool_err` or `ret_err`, of the store, says why not. */
static bool put_next(struct follower *f, int *ret_err)
{
	struct spool_record r = { 0 };
	uint64_t at = f->reader.position;

	f->spool_err = spool_next(&f->reader, &r);
	if (!f->spool_err && at == f->begin)
		f->since_ms = r.received_ms;
	if (!f->spool_err)
		*ret_err = put(f, &r);
	else if (f->reader.position > at) {
		f->spool_err = 0;
		f->odd++;
	}
	text_free(&r.batch);
	return !f->spool_err && !*ret_err;
}

/* What the spool says does not undo what came before it; 0, or -errno of the store. */
static int put_some(struct follower *f)
{
	const struct hub_store_most most = hub_store_most(f->store);
	int err = 0;

	for (unsigned n = 0; n < most.batches && f->reader.position - f->begin < most.bytes; n++)
		if (!put_next(f, &err))
			break;
	return err;
}

static int undo(struct follower *f, int err)
{
	hub_store_undo(f->store);
	spool_reader_end(&f->reader);
	f->reader.position = f->begin;
	f->odd = f->odd_before;
	f->spool_err = 0;
	return err == -EAGAIN ? -EBUSY : err; /* a store that is locked is not one that has all */
}

static int begin(struct follower *f)
{
	f->begin = f->reader.position;
	f->odd_before = f->odd;
	f->spool_err = 0;
	return hub_store_begin(f->store);
}

int follower_step(struct follower *f)
{
	int err = 0;

	if (!f->held) {
		f->spool_err = 0;
		if (f->reader.position >= spool_end(f->reader.spool))
			return -EAGAIN;
		f->since_ms = f->since_ms ?: clock_unix_ms(); /* until it is known when what waits came */
		err = begin(f) ?: put_some(f);
	}
	err = err ?: hub_store_commit(f->store, f->reader.position);
	f->held = err == -EINPROGRESS;
	if (err)
		return f->held ? err : undo(f, err);
	f->since_ms = 0;
	return f->reader.position > f->begin ? 0 : f->spool_err;
}
