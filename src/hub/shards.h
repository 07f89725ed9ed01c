/* Where the rows of a hub go if it has ClickHouse: several servers, each with tables of its own, in which the hub
 * itself writes. Both ends of a connection are on one of them; all else of a host is on one, too.
 *
 * What was put waits in memory until all servers have it, and looks until all rows before them are there: so a look is
 * never there without what it vouches for. A server that is away is asked again; what others have already taken is not
 * sent to them again, and if it ever is, it counts once (schema.h). */
#pragma once
#include "batch.h"
#include "clickhouse.h"

struct shards;

/* The places are borrowed. Nobody is asked yet: a hub takes batches also while its servers are away. */
struct shards *shards_new(const struct clickhouse_place *places, size_t count);
void shards_free(struct shards *s); /* NULL is fine */

/* Rows that are older than their class is kept are left out. */
void shards_put(struct shards *s, const struct batch_header *h, const struct row_set *rows, uint64_t received_ms);
/* 0: all servers have all of it. -EINPROGRESS: not yet; the same call goes on. */
int shards_flush(struct shards *s);
void shards_drop(struct shards *s); /* what was put and not flushed */

/* Takes out days that are no longer kept, again and again: 18.16 brings them back when it is restarted soon after. */
void shards_tidy(struct shards *s, uint64_t now_ms);
/* "http://10.0.0.1:8123: it does not answer …", of the last that failed. */
const char *shards_trouble(const struct shards *s);
