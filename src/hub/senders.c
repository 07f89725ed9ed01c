#include "senders.h"

static const uint64_t silent_ms = 10 * 60 * 1000, gone_ms = 24 * 3600 * 1000;
static const double rate_per_s = 10, at_once = 200;

void senders_free(struct senders *s)
{
	index_free(&s->index);
	array_free(&s->items);
}

struct sender *senders_get(struct senders *s, uint64_t host_id)
{
	if (!s->items.count)
		index_init(&s->index, NULL, sizeof(struct sender), 16);
	uint32_t at = index_find(&s->index, host_id);
	if (at != INDEX_NONE)
		return &s->items.items[at];
	struct sender *one = array_push(&s->items);
	one->host_id = host_id;
	one->credit = at_once;
	index_move(&s->index, &s->items.items[0].host_id);
	index_add(&s->index, (uint32_t)(s->items.count - 1));
	return one;
}

enum sender_verdict sender_judge(const struct sender *s, const struct batch_header *h, uint32_t crc)
{
	if (h->epoch != s->epoch || h->seq != s->seq)
		return h->epoch < s->epoch || (h->epoch == s->epoch && h->seq < s->seq) ? SENDER_TAKEN : SENDER_NEW;
	return crc == s->crc ? SENDER_AGAIN : SENDER_TAKEN;
}

/* A machine that starts anew has another boot id, and never one that it had before. */
static void note_boot(struct sender *s, const uint8_t boot_id[16])
{
	if (memcmp(s->boot_id, boot_id, 16) == 0)
		return;
	s->returns += memcmp(s->boot_before, boot_id, 16) == 0;
	memcpy(s->boot_before, s->boot_id, 16);
	memcpy(s->boot_id, boot_id, 16);
}

void sender_note(struct sender *s, const struct batch_header *h, uint32_t crc)
{
	note_boot(s, h->boot_id);
	s->epoch = h->epoch;
	s->seq = h->seq;
	s->crc = crc;
}

void sender_heard(struct sender *s, uint64_t now_ms, uint64_t behind_ms)
{
	s->came = true;
	s->heard_ms = now_ms;
	s->behind_ms = behind_ms;
}

void senders_begin(struct senders *s, uint64_t now_ms)
{
	array_each (&s->items, one)
		one->heard_ms = now_ms;
}

struct sender_counts senders_count(const struct senders *s, uint64_t now_ms)
{
	struct sender_counts c = { 0 };

	array_each (&s->items, one) {
		uint64_t quiet_ms = now_ms > one->heard_ms ? now_ms - one->heard_ms : 0;
		if (!one->heard_ms || quiet_ms >= gone_ms)
			continue;
		c.silent += quiet_ms >= silent_ms;
		c.heard += quiet_ms < silent_ms && one->came;
		c.late += quiet_ms < silent_ms && one->behind_ms >= silent_ms;
	}
	return c;
}

bool sender_may_send(struct sender *s, uint64_t now_ms)
{
	double passed_s = s->credit_ms && now_ms > s->credit_ms ? (double)(now_ms - s->credit_ms) / MS_PER_S : 0;

	s->credit = MIN(at_once, s->credit + passed_s * rate_per_s);
	s->credit_ms = now_ms;
	if (s->credit < 1)
		return false;
	s->credit--;
	return true;
}
