/* Making room: what is needed least goes first, and the look that would have vouched for it says so. */
#include "depot.h"
#include <errno.h>

/* A hub takes nothing older than seven days. */
static const uint64_t too_old_ms = (6 * 24 + 12) * 3600ULL * 1000;

struct opened {
	struct arena *arena;
	struct batch_header header;
	struct row_set rows;
	size_t bytes;
};

static int open_file(struct depot *d, uint64_t number, struct opened *ret)
{
	TEXT_CLEANUP sealed = { 0 };
	struct batch_fault fault;
	int err = depot_read(d->folder, 'q', number, &sealed);

	*ret = (struct opened){ .arena = arena_new(), .bytes = sealed.length };
	return err ?: batch_open(sealed.bytes, sealed.length, NULL, ret->arena, &ret->header, &ret->rows, &fault);
}

static void close_file(struct opened *o)
{
	row_set_free(&o->rows);
	arena_free(o->arena);
}

static int write_back(struct depot *d, uint64_t number, struct opened *o)
{
	TEXT_CLEANUP sealed = { 0 };
	int err = batch_seal(&o->header, &o->rows, &sealed) ?: depot_write(d->folder, 'q', number, &sealed);

	if (!err)
		d->bytes = d->bytes - MIN(d->bytes, o->bytes) + sealed.length;
	return err;
}

static int tell_look(struct depot *d, uint64_t number, uint32_t lost)
{
	struct opened o;
	int err = open_file(d, number, &o);

	if (!err && o.rows.of[ROW_LOOK].count) {
		struct look_row *look = (struct look_row *)(void *)o.rows.of[ROW_LOOK].items;
		look->lost += lost;
		look->complete = 0;
		err = write_back(d, number, &o);
	}
	close_file(&o);
	return err;
}

static bool has_look(struct depot *d, uint64_t number)
{
	TEXT_CLEANUP sealed = { 0 };
	struct batch_header h;
	struct batch_fault fault;

	return !depot_read(d->folder, 'q', number, &sealed) && !batch_peek(sealed.bytes, sealed.length, &h, &fault) &&
	       h.rows[ROW_LOOK];
}

/* The look first: a crash in between makes it say too little of itself, never too much. */
static int strip(struct depot *d, const depot_list *files, size_t at, enum row_class c)
{
	struct opened o;
	size_t look = at;
	int err = open_file(d, files->items[at], &o);
	uint32_t lost = err ? 0 : (uint32_t)o.rows.of[c].count;

	close_file(&o);
	if (err || !lost)
		return err;
	while (c == ROW_SUSPECT && look < files->count && !has_look(d, files->items[look]))
		look++;
	if (c == ROW_SUSPECT && look < files->count)
		err = tell_look(d, files->items[look], lost);
	err = err ?: open_file(d, files->items[at], &o);
	if (!err) {
		o.rows.of[c].count = 0;
		o.header.lost[c] += lost;
		err = write_back(d, files->items[at], &o);
		d->shed[c] += err ? 0 : lost;
		close_file(&o);
	}
	return err;
}

static void drop(struct depot *d, uint64_t number)
{
	struct opened o;

	if (!open_file(d, number, &o))
		for (enum row_class c = 0; c < ROW_CLASSES; c++)
			d->shed[c] += o.rows.of[c].count;
	if (!depot_remove(d->folder, 'q', number)) {
		d->bytes -= MIN(d->bytes, o.bytes);
		d->waiting--;
	}
	close_file(&o);
}

static bool is_too_old(struct depot *d, uint64_t number, uint64_t now_ms)
{
	struct opened o;
	bool old = !open_file(d, number, &o) && o.rows.of[ROW_LOOK].count &&
	           ((const struct look_row *)row_at(&o.rows, ROW_LOOK, 0))->at_ms + too_old_ms < now_ms;

	close_file(&o);
	return old;
}

/* On a full disk nothing can be written anew, however small. */
static void strip_files(struct depot *d, const depot_list *files, size_t first)
{
	static const enum row_class order[] = { ROW_ROLLUP, ROW_EVENT, ROW_SUSPECT };

	for (size_t c = 0; c < ARRAY_SIZE(order); c++)
		for (size_t at = first; at < files->count; at++)
			if (d->bytes <= d->most || strip(d, files, at, order[c]) == -ENOSPC)
				return;
}

void depot_shed(struct depot *d, uint64_t now_ms)
{
	depot_list files = { 0 };
	size_t first = 0;

	depot_list_files(d->folder, 'q', &files);
	for (; first < files.count && is_too_old(d, files.items[first], now_ms); first++)
		drop(d, files.items[first]);
	strip_files(d, &files, first);
	for (; first < files.count && d->bytes > d->most; first++)
		drop(d, files.items[first]);
	array_free(&files);
}

void depot_make_room(struct depot *d, uint64_t now_ms)
{
	const uint64_t most = d->most, two = 2 * d->bytes / MAX(d->waiting, 1U);

	d->most = d->bytes - MIN(d->bytes, two);
	depot_shed(d, now_ms);
	d->most = most;
}
