/* From the spool into the store: a transaction for all that waits, some at a time. */
#pragma once
#include "spool.h"
#include "store.h"

struct follower {
	struct spool_reader reader;
	struct hub_store *store;
	uint64_t odd;               /* records that are damaged, and were left out */
	uint64_t begin, odd_before; /* of the present step */
	uint64_t since_ms;          /* when the oldest batch came that the store does not have; 0: it has all */
	bool held;                  /* the store has taken it, and not yet put all of it away */
	int spool_err;              /* of the last step: what the spool said, if that is why it ended; else 0 */
};

void follower_begin(struct follower *f, const struct spool *spool, struct hub_store *store);
/* 0, -EAGAIN (nothing waits), or -errno, of the spool if `spool_err` is that, else of the store: then it is tried again
 * with the next call. */
int follower_step(struct follower *f);
void follower_end(struct follower *f);
