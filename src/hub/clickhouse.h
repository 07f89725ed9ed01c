/* One ClickHouse server, asked over HTTP (libcurl): releases from 18.16 (Debian's) on. */
#pragma once
#include "row/question.h"

struct clickhouse_place {
	char *url;                 /* of the server alone: http://10.0.0.1:8123 */
	char *database;            /* letters, digits and _ */
	char *user;                /* NULL: the server's default */
	const char *password, *ca; /* borrowed; NULL: none, the system's authorities */
};

/* "clickhouse=http://[USER@]HOST:PORT/DATABASE"; the port is 8123 (https: 8443) if none is told. Texts are the place's,
 * but for password and ca. 0 or -EINVAL. */
int clickhouse_place_parse(const char *text, struct clickhouse_place *ret);
void clickhouse_place_free(struct clickhouse_place *p);
/* It goes to another host as anybody on the way can read it. */
bool clickhouse_place_is_open(const struct clickhouse_place *p);

struct clickhouse;

/* The place is borrowed. */
struct clickhouse *clickhouse_new(const struct clickhouse_place *place);
void clickhouse_free(struct clickhouse *c); /* NULL is fine */

/* Its version; one that hangs is known by that within a few seconds. The same errors as below. */
int clickhouse_greet(struct clickhouse *c, struct text *ret);
/* One statement, with what it inserts (or NULL), and what comes back (or NULL). 0 or -errno: -ECONNREFUSED,
 * -ETIMEDOUT (whether it was carried out is not known), -EIO, the server refuses. */
int clickhouse_run(struct clickhouse *c, const char *sql, const struct text *rows, struct text *ret);
/* Asks several the same at the same time; rows are visited as they come, from whichever. The same errors, one each;
 * -EBADMSG: what came is no such row. */
struct clickhouse_part {
	struct clickhouse *server;
	int err;
};
void clickhouse_ask(struct clickhouse_part *parts, size_t count, const struct row_asked *asked, row_visitor *visit,
                    void *context);
/* Of the last one that failed, for people, in one line. */
const char *clickhouse_error(const struct clickhouse *c);
