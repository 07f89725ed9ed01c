/* A hub's memory in one SQLite file: the rows, and how far it has followed the spool, in the same transactions. So a
 * batch that is stored twice is there once, and a look is never there without the rows that it vouches for.
 *
 * That is good for some hundred hosts. Beyond, the rows go to ClickHouse (shards.h), and the file has the rest. */
#pragma once
#include "batch.h"
#include "senders.h"
#include "shards.h"

struct hub_store;

/* Makes the file if it is not there, in a folder that may be written. 0 or -errno: -EPROTONOSUPPORT a newer unfin has
 * written it. */
int hub_store_open(const char *path, struct shards *shards, struct hub_store **ret); /* shards: borrowed, or NULL */
void hub_store_close(struct hub_store *s);                                           /* NULL is fine */

uint64_t hub_store_position(struct hub_store *s); /* 0: it is empty */
int hub_store_senders(struct hub_store *s, struct senders *ret);

/* How much it takes in one transaction. */
struct hub_store_most {
	unsigned batches;
	uint64_t bytes; /* sealed */
};
struct hub_store_most hub_store_most(const struct hub_store *s);

/* Between begin and commit; whatever fails, all of it is undone, and may be tried again. 0 or -errno. */
int hub_store_begin(struct hub_store *s);
int hub_store_put(struct hub_store *s, const struct batch_header *h, const struct row_set *rows, uint64_t received_ms);
int hub_store_note(struct hub_store *s, const struct batch_header *h, uint32_t crc); /* that its sender has sent it */
/* -EINPROGRESS: a server does not take its rows. All that was put stays where it is, and the same call goes on. */
int hub_store_commit(struct hub_store *s, uint64_t position);
void hub_store_undo(struct hub_store *s);
/* Takes out some of what is older than its class is kept; and what was written goes to the disk for good. */
int hub_store_tidy(struct hub_store *s, uint64_t now_ms);
