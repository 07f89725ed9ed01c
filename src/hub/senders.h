/* Who sends to this hub, and what came last from each. */
#pragma once
#include "base/array.h"
#include "batch.h"
#include "model/index.h"

struct sender {
	uint64_t host_id;
	uint64_t seq;
	uint32_t epoch, crc; /* of the last batch that is kept */
	uint8_t boot_id[16], boot_before[16];
	uint64_t returns;   /* so many times it was again the machine before: two of them have one name */
	uint64_t told_ms;   /* when that was said */
	double credit;      /* batches that it may send at once */
	uint64_t credit_ms; /* as of then */
	uint64_t heard_ms;  /* when its last batch came; of one that the store knows, when this hub began */
	bool came;          /* since this hub began */
	uint64_t behind_ms; /* how old the look in it was by then */
};

/* One thread's; zeros: none yet. */
struct senders {
	ARRAY(struct sender) items;
	struct index index;
};

/* Added if it is new. Valid until the next is. */
struct sender *senders_get(struct senders *s, uint64_t host_id);
void senders_free(struct senders *s);

enum sender_verdict {
	SENDER_NEW,   /* to be kept */
	SENDER_AGAIN, /* it is kept already */
	SENDER_TAKEN, /* that number has been another batch's: who sends has gone back to an earlier state, or is two */
};

/* What a batch is beside what came before, by its header and the checksum at its end. */
enum sender_verdict sender_judge(const struct sender *s, const struct batch_header *h, uint32_t crc);
/* It is kept. */
void sender_note(struct sender *s, const struct batch_header *h, uint32_t crc);
/* It was heard of, with a look of that age. */
void sender_heard(struct sender *s, uint64_t now_ms, uint64_t behind_ms);
/* Those that came from the disk count from now on. */
void senders_begin(struct senders *s, uint64_t now_ms);

/* Who told something in the last ten minutes; of these, who is catching up, with looks that are older than that; and
 * who has gone silent in the last day: it may be talking to another hub. */
struct sender_counts {
	size_t heard, late, silent;
};
struct sender_counts senders_count(const struct senders *s, uint64_t now_ms);
/* At most so many a second, some more at once. False: too many. */
bool sender_may_send(struct sender *s, uint64_t now_ms);
