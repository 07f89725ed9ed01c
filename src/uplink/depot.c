#include "depot.h"
#include "base/parse.h"
#include <errno.h>
#include <fcntl.h>

enum { ASIDE_MOST = 10, PART_ROWS = 8000 };

/* An epoch that was begun and not written down could be begun again. */
static int begin_epoch(struct depot *d, uint32_t epoch)
{
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "%u\n", epoch);
	int err = depot_note_write(d->folder, "epoch", &t);
	if (err)
		return err;
	d->epoch = epoch;
	d->seq = 1;
	return 0;
}

static int next_epoch(struct depot *d)
{
	TEXT_CLEANUP t = { 0 };
	uint64_t last = 0;
	int err = depot_note_read(d->folder, "epoch", &t);

	if (err && err != -ENOENT)
		return err;
	t.bytes[strcspn(t.bytes, "\n")] = '\0';
	if (!err && (parse_u64(t.bytes, &last) || last >= UINT32_MAX))
		return -EBADMSG;
	return begin_epoch(d, (uint32_t)last + 1);
}

static int count_files(struct depot *d, char kind)
{
	depot_list files = { 0 };
	int err = depot_list_files(d->folder, kind, &files);

	array_each (&files, n) {
		d->next = MAX(d->next, *n + 1);
		if (kind == 'p')
			continue;
		d->bytes += depot_bytes(d->folder, kind, *n);
		d->waiting++;
	}
	array_free(&files);
	return err;
}

static int count_way(struct depot *d)
{
	struct depot_way w;
	int err = depot_way_find(d->folder, &w);

	if (err)
		return err == -EAGAIN ? 0 : err;
	d->next = MAX(d->next, w.number + 1);
	d->bytes += depot_way_bytes(d->folder, &w);
	d->waiting++;
	return 0;
}

int depot_open(const char *folder, uint64_t most, struct depot *ret)
{
	*ret = (struct depot){ .most = most, .next = 1 };
	ret->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ret->folder < 0)
		return -errno;
	int err = count_way(ret) ?: count_files(ret, 'q') ?: count_files(ret, 'p') ?: next_epoch(ret);
	if (err)
		depot_close(ret);
	return err;
}

void depot_close(struct depot *d)
{
	cleanup_close(&d->folder);
	d->folder = -1;
}

static int add_sealed(struct depot *d, const struct text *sealed)
{
	int err = depot_write(d->folder, 'q', d->next, sealed);

	if (err)
		return err;
	d->next++;
	d->bytes += sealed->length;
	d->waiting++;
	return 0;
}

/* Suspects `from` up to `to` and, with the last of them, all other rows: the look among them is what is sent last. */
static int add_part(struct depot *d, const struct batch_header *header, const struct row_set *rows, size_t from,
                    size_t to)
{
	const struct row_list *suspects = &rows->of[ROW_SUSPECT];
	struct row_set part = { 0 };
	struct batch_header h = *header;
	TEXT_CLEANUP sealed = { 0 };

	if (to == suspects->count)
		part = *rows;
	part.of[ROW_SUSPECT] =
	        (struct row_list){ .items =
		                           suspects->items ? suspects->items + from * sizeof(struct suspect_row) : NULL,
		                   .count = to - from };
	h.epoch = h.seq = 1; /* it gets its own when it is sent */
	int err = batch_seal(&h, &part, &sealed);
	if (err == -EFBIG && to - from > 1) {
		size_t middle = from + (to - from) / 2;
		return add_part(d, header, rows, from, middle) ?: add_part(d, header, rows, middle, to);
	}
	return err ?: add_sealed(d, &sealed);
}

int depot_add(struct depot *d, const struct batch_header *header, const struct row_set *rows)
{
	size_t count = rows->of[ROW_SUSPECT].count, from = 0;
	int err = 0;

	for (; !err && count - from > PART_ROWS; from += PART_ROWS)
		err = add_part(d, header, rows, from, from + PART_ROWS);
	return err ?: add_part(d, header, rows, from, count);
}

/* Of a damaged disk. */
static int drop_damaged(struct depot *d, char kind, uint64_t number, uint64_t bytes)
{
	int err = depot_rename(d->folder, kind, number, 'p');

	if (err)
		return err;
	d->bytes -= MIN(d->bytes, bytes);
	d->waiting--;
	return 0;
}

static int send_oldest(struct depot *d)
{
	depot_list files = { 0 };
	TEXT_CLEANUP sealed = { 0 };
	struct batch_header h;
	struct batch_fault fault;
	int err = depot_list_files(d->folder, 'q', &files);

	uint64_t oldest = files.count ? files.items[0] : 0;
	array_free(&files);
	if (err || !oldest)
		return err ?: -EAGAIN;
	err = depot_read(d->folder, 'q', oldest, &sealed);
	if (!err && batch_peek(sealed.bytes, sealed.length, &h, &fault))
		return drop_damaged(d, 'q', oldest, sealed.length) ?: send_oldest(d);
	if (err)
		return err;
	err = depot_way_begin(d->folder, &(struct depot_way){ oldest, d->epoch, d->seq });
	d->seq++; /* also where it failed: the file may have that number by now */
	return err;
}

/* The one under way, else the oldest becomes that. */
static int find_head(struct depot *d, struct depot_way *ret)
{
	int err = depot_way_find(d->folder, ret);

	if (err == -EAGAIN)
		err = send_oldest(d) ?: depot_way_find(d->folder, ret);
	if (err == -EAGAIN)
		d->waiting = d->bytes = 0; /* whatever was counted: somebody else may have removed files */
	return err;
}

int depot_head(struct depot *d, struct text *ret)
{
	struct depot_way w;

	return find_head(d, &w) ?: depot_way_read(d->folder, &w, ret);
}

static void count_gone(struct depot *d, uint64_t bytes)
{
	d->bytes -= MIN(d->bytes, bytes);
	d->waiting -= d->waiting > 0;
}

int depot_done(struct depot *d)
{
	struct depot_way w;
	int err = depot_way_find(d->folder, &w);
	uint64_t bytes = err ? 0 : depot_way_bytes(d->folder, &w);

	err = err ?: depot_way_remove(d->folder, &w);
	if (!err)
		count_gone(d, bytes);
	return err;
}

static void forget_aside(struct depot *d)
{
	depot_list files = { 0 };

	depot_list_files(d->folder, 'p', &files);
	for (size_t i = 0; i + ASIDE_MOST < files.count; i++)
		depot_remove(d->folder, 'p', files.items[i]);
	array_free(&files);
}

int depot_put_aside(struct depot *d, uint64_t *ret_lost)
{
	TEXT_CLEANUP sealed = { 0 };
	struct batch_header h = { 0 };
	struct batch_fault fault;
	struct depot_way w;
	uint64_t lost = 0;
	int err = find_head(d, &w) ?: depot_way_read(d->folder, &w, &sealed) ?: depot_way_put_aside(d->folder, &w);

	if (err)
		return err;
	count_gone(d, sealed.length);
	forget_aside(d);
	batch_peek(sealed.bytes, sealed.length, &h, &fault);
	for (enum row_class c = 0; c < ROW_CLASSES; c++)
		lost += h.rows[c];
	*ret_lost = lost;
	return 0;
}

int depot_number_anew(struct depot *d, uint32_t epoch)
{
	struct depot_way w, anew;
	int err = find_head(d, &w) ?: begin_epoch(d, MAX(epoch, d->epoch + 1));

	if (err)
		return err;
	anew = (struct depot_way){ w.number, d->epoch, d->seq++ };
	return depot_way_renumber(d->folder, &w, &anew);
}
