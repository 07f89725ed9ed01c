/* unfin hub: takes batches, keeps them, and hands them to its store. Three threads: the library's, which has requests;
 * a worker, which judges and writes what has come, one fsync for all; and who calls hub_work(), which follows with the
 * store. */
#pragma once
#include "clickhouse.h"
#include "web/config.h"

struct hub_plan {
	const char *folder;                    /* of spool and store */
	const struct web_config *config;       /* TLS; nothing in it: none */
	int tokens;                            /* a folder, or -1 */
	bool open;                             /* nobody need prove who he is */
	uint64_t spool_most;                   /* bytes; 0: 4 GiB */
	const struct clickhouse_place *places; /* where rows go; none: into a file of that folder */
	size_t place_count;
};

struct hub;

/* 0 or -errno, with what could not be done. The plan is borrowed. */
int hub_open(const struct hub_plan *plan, struct hub **ret, const char **ret_what);
/* `fd` listens, and is the hub's from now on. False: the library refused it. */
bool hub_serve(struct hub *h, int fd);
/* What a person should know; the text is the hub's until the next call. */
typedef void hub_tell(const char *line);
/* Returns when stop_asked(), with all stored that had been kept until then. */
void hub_work(struct hub *h, hub_tell *tell);
void hub_close(struct hub *h); /* NULL is fine */
