#include "receive.h"
#include <errno.h>

enum { SOME_PERCENT = 80, MOST_PERCENT = 95, FULL_S = 30, OFTEN_S = 5 };

void reception_recall(void *context, const void *batch, size_t length)
{
	struct batch_header h;
	struct batch_fault fault;

	if (!batch_peek(batch, length, &h, &fault))
		sender_note(senders_get(context, h.host_id), &h, batch_crc(batch, length));
}

static void refuse(struct delivery *d, enum reception status, const char *what, const char *why, const char *mend)
{
	d->status = status;
	if (what != d->what)
		snprintf(d->what, sizeof(d->what), "%s", what);
	d->why = why;
	d->mend = mend;
}

static void refuse_fault(struct delivery *d, int err, const struct batch_fault *f)
{
	if (err == -EPROTONOSUPPORT)
		refuse(d, RECEPTION_VERSION, f->what, f->why, "install the same unfin on both, the hub's first");
	else
		refuse(d, err == -EFBIG ? RECEPTION_LARGE : RECEPTION_BAD, f->what, f->why, NULL);
}

/* How full the spool is, in per cent of what it may have. */
static unsigned fill_percent(const struct reception_desk *desk)
{
	uint64_t bytes = spool_end(desk->spool) - spool_begin(desk->spool);

	return (unsigned)MIN((uint64_t)100, bytes * 100 / desk->spool_most);
}

/* The least needed waits first: figures of minutes can be had again, findings are never kept waiting. */
static bool has_room_for(const struct batch_header *h, unsigned percent)
{
	if (percent >= MOST_PERCENT) {
		uint64_t others = 0;
		for (enum row_class c = 0; c < ROW_CLASSES; c++)
			others += c != ROW_FINDING && c != ROW_HOST ? h->rows[c] : 0;
		return percent < 100 && !others;
	}
	return percent < SOME_PERCENT || !h->rows[ROW_ROLLUP];
}

static bool is_clear(struct reception_desk *desk, struct delivery *d, const struct batch_header *h, uint64_t now_ms)
{
	if (d->host_id && h->host_id != d->host_id)
		refuse(d, RECEPTION_OTHERS, "the batch names another host than sends it",
		       "a host writes for itself alone",
		       "give each host a certificate or a token of its own: its name is the host's id");
	else if (!sender_may_send(senders_get(&desk->senders, h->host_id), now_ms)) {
		refuse(d, RECEPTION_TOO_OFTEN, "this host sends too often", "at most 10 batches a second", NULL);
		d->retry_s = OFTEN_S;
	} else if (!has_room_for(h, fill_percent(desk))) {
		refuse(d, RECEPTION_FULL, "the hub has no room left for that",
		       "its stores have not taken what waits for them", "see unfin_hub_spool_bytes in its /metrics");
		d->retry_s = FULL_S;
	} else
		return true;
	return false;
}

/* 0, or -errno of the spool: rows are checked here, and are read again, by the same code, when they are stored. */
static int check_rows(struct delivery *d, uint64_t now_ms)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct row_clock clock = { now_ms };
	struct batch_header h;
	struct batch_fault fault;
	struct row_set rows = { 0 };
	int err = batch_open(d->batch.bytes, d->batch.length, &clock, arena, &h, &rows, &fault);

	if (!err && rows.of[ROW_LOOK].count)
		d->look_ms = ((const struct look_row *)row_at(&rows, ROW_LOOK, 0))->at_ms;
	row_set_free(&rows);
	if (err)
		refuse_fault(d, err, &fault);
	return err;
}

static void fail(struct delivery *d, int err)
{
	refuse(d, RECEPTION_FULL, "the hub could not write to its disk", err == -ENOSPC ? "it is full" : strerror(-err),
	       NULL);
	d->retry_s = FULL_S;
}

static void append(struct reception_desk *desk, struct delivery *d, uint64_t now_ms)
{
	int err = spool_append(desk->spool, d->batch.bytes, d->batch.length, now_ms);

	d->appended = !err;
	if (err)
		fail(d, err);
}

static void judge(struct reception_desk *desk, struct delivery *d, uint64_t now_ms)
{
	const struct batch_header *h = &d->header;
	const struct sender *s = senders_get(&desk->senders, h->host_id);

	switch (sender_judge(s, h, batch_crc(d->batch.bytes, d->batch.length))) {
	case SENDER_AGAIN:
		sender_heard(senders_get(&desk->senders, h->host_id), now_ms, 0);
		desk->counts.again++;
		break;
	case SENDER_TAKEN:
		refuse(d, RECEPTION_TAKEN, "another batch had that number",
		       "this host's uplink has gone back to an earlier state, or two machines have one identity",
		       "of cloned machines: remove host-id in the uplink's folder, /var/lib/unfin-uplink, on one of "
		       "them");
		d->next_epoch = s->epoch + 1;
		d->next_seq = s->seq + 1;
		break;
	case SENDER_NEW:
		if (!check_rows(d, now_ms))
			append(desk, d, now_ms);
	}
}

static void count(struct reception_desk *desk, const struct delivery *d)
{
	desk->counts.delayed += d->retry_s != 0;
	desk->counts.refused += d->status != RECEPTION_KEPT && !d->retry_s;
}

void reception_take(struct reception_desk *desk, struct delivery *d, uint64_t now_ms)
{
	struct batch_fault fault;
	int err = batch_peek(d->batch.bytes, d->batch.length, &d->header, &fault);

	d->status = RECEPTION_KEPT;
	d->came_ms = now_ms;
	if (err)
		refuse_fault(d, err, &fault);
	else if (is_clear(desk, d, &d->header, now_ms))
		judge(desk, d, now_ms);
	if (!d->appended)
		count(desk, d);
}

int reception_sync(struct reception_desk *d)
{
	return spool_sync(d->spool);
}

void reception_settle(struct reception_desk *desk, struct delivery *d, int err)
{
	const struct batch_header *h = &d->header;

	if (err) {
		fail(d, err);
		count(desk, d);
		return;
	}
	struct sender *s = senders_get(&desk->senders, h->host_id);
	sender_note(s, h, batch_crc(d->batch.bytes, d->batch.length));
	sender_heard(s, d->came_ms, d->look_ms && d->look_ms < d->came_ms ? d->came_ms - d->look_ms : 0);
	desk->counts.kept++;
	desk->counts.bytes += d->batch.length;
	for (enum row_class c = 0; c < ROW_CLASSES; c++) {
		desk->counts.rows[c] += h->rows[c];
		desk->counts.lost[c] += h->lost[c];
	}
}
