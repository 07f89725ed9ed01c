/* What becomes of a batch that has arrived: refused, with a reason and what to do; or kept, once the spool is on the
 * disk. No HTTP, no thread of its own: whoever works calls it, for all that have come since, and syncs once. */
#pragma once
#include "senders.h"
#include "spool.h"
#include <stdatomic.h>

/* What it comes to, by the numbers of HTTP. */
enum reception {
	RECEPTION_KEPT = 200,
	RECEPTION_BAD = 400,     /* poison: it will never be taken */
	RECEPTION_OTHERS = 403,  /* written for another host than sent it */
	RECEPTION_TAKEN = 409,   /* its number has been another batch's */
	RECEPTION_LARGE = 413,   /* poison, too */
	RECEPTION_VERSION = 426, /* agent and hub are too far apart */
	RECEPTION_TOO_OFTEN = 429,
	RECEPTION_FULL = 503, /* later */
};

struct delivery {
	uint64_t host_id;  /* who sends, proved; 0: somebody on this host, who need not prove it */
	struct text batch; /* belongs to whoever has the delivery */
	enum reception status;
	char what[96];
	const char *why, *mend; /* or NULL */
	uint32_t next_epoch;    /* RECEPTION_TAKEN: what the sender may go on with */
	uint64_t next_seq;
	unsigned retry_s;          /* 0: no matter of time */
	bool appended;             /* its promise waits for the sync */
	uint64_t came_ms, look_ms; /* by the hub's clock; of its look, 0: it has none */
	struct batch_header header;
};

struct reception_counts {
	_Atomic uint64_t kept, again, refused, delayed, bytes, rows[ROW_CLASSES], lost[ROW_CLASSES];
};

struct reception_desk {
	struct spool *spool;
	struct senders senders;
	uint64_t spool_most; /* bytes that may wait for the stores */
	struct reception_counts counts;
};

/* A spool_visitor: its context is the senders. */
void reception_recall(void *context, const void *batch, size_t length);

/* Judges, and appends what is to be kept. */
void reception_take(struct reception_desk *d, struct delivery *delivery, uint64_t now_ms);
/* Whatever was appended since the last one goes to the disk. 0 or -errno: then none of that is kept. */
int reception_sync(struct reception_desk *d);
/* What follows from that, of each that was `appended`. */
void reception_settle(struct reception_desk *d, struct delivery *delivery, int err);
