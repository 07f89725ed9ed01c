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

/* A crash while a batch got its number leaves it under both names: the number counts. */
static int forget_unnumbered(const struct depot *d, uint64_t number)
{
	int err = depot_remove(d->folder, 'q', number);

	return err == -ENOENT ? 0 : err;
}

static int count_files(struct depot *d, char kind)
{
	depot_list files = { 0 };
	int err = depot_list_files(d->folder, kind, &files);

	array_each (&files, n) {
		d->next = MAX(d->next, *n + 1);
		if (kind == 'p')
			continue;
		if (kind == 'h')
			err = err ?: forget_unnumbered(d, *n);
		d->bytes += depot_bytes(d->folder, kind, *n);
		d->waiting++;
	}
	array_free(&files);
	return err;
}

int depot_open(const char *folder, uint64_t most, struct depot *ret)
{
	*ret = (struct depot){ .most = most, .next = 1 };
	ret->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ret->folder < 0)
		return -errno;
	int err = count_files(ret, 'h') ?: count_files(ret, 'q') ?: count_files(ret, 'p') ?: next_epoch(ret);
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

static int under_way(const struct depot *d, uint64_t *ret)
{
	depot_list files = { 0 };
	int err = depot_list_files(d->folder, 'h', &files);

	if (!err && !files.count)
		err = -EAGAIN;
	if (!err)
		*ret = files.items[0];
	array_free(&files);
	return err;
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

/* Numbered first under its new name, and then the old one goes. */
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
	batch_number(&sealed, d->epoch, d->seq);
	err = depot_write(d->folder, 'h', oldest, &sealed) ?: depot_remove(d->folder, 'q', oldest);
	d->seq += !err;
	return err;
}

int depot_head(struct depot *d, struct text *ret)
{
	uint64_t number = 0;
	int err = under_way(d, &number);

	if (err == -EAGAIN)
		err = send_oldest(d) ?: under_way(d, &number);
	if (err == -EAGAIN)
		d->waiting = d->bytes = 0; /* whatever was counted: somebody else may have removed files */
	return err ?: forget_unnumbered(d, number) ?: depot_read(d->folder, 'h', number, ret);
}

static void count_gone(struct depot *d, uint64_t bytes)
{
	d->bytes -= MIN(d->bytes, bytes);
	d->waiting -= d->waiting > 0;
}

int depot_done(struct depot *d)
{
	uint64_t number = 0;
	int err = under_way(d, &number);
	uint64_t bytes = err ? 0 : depot_bytes(d->folder, 'h', number);

	err = err ?: depot_remove(d->folder, 'h', number);
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
	uint64_t number = 0, lost = 0;
	int err = depot_head(d, &sealed) ?: under_way(d, &number) ?: depot_rename(d->folder, 'h', number, 'p');

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
	TEXT_CLEANUP sealed = { 0 };
	uint64_t number = 0;
	int err = depot_head(d, &sealed) ?: under_way(d, &number) ?: begin_epoch(d, MAX(epoch, d->epoch + 1));

	if (err)
		return err;
	batch_number(&sealed, d->epoch, d->seq++);
	return depot_write(d->folder, 'h', number, &sealed);
}
