/* From the spool into the store: a transaction for all that waits, some at a time. */
#pragma once
#include "spool.h"
#include "store.h"

struct follower {
	struct spool_reader reader;
	struct hub_store *store;
	uint64_t stored; /* batches, since it began */
	uint64_t odd;    /* records that could not be read any more, and were left out */
};

void follower_begin(struct follower *f, const struct spool *spool, struct hub_store *store);
/* 0, -EAGAIN (nothing waits), or -errno: then it is tried again with the next call. */
int follower_step(struct follower *f);
void follower_end(struct follower *f);
