/* What the files of a fleet say: a table for each question, in every format, and two pages for people, of all pairs and
 * of one connection. Each tells how far the files speak for the fleet. */
#pragma once
#include "fleet/coverage.h"
#include "fleet/groups.h"
#include "fleet/takings.h"
#include "fleet_words.h"
#include "page_style.h"
#include "sheet.h"

/* One question's answer, which borrows texts of the fleet; "ours.host" is the member `host` of the object `ours` in
 * JSON. There are a million pairs in a large fleet, so a row of theirs is made when it is told. */
struct fleet_table {
	struct arena *arena; /* of texts of its own */
	const struct fleet *fleet;
	const char *schema, *rows; /* "fleet.pairs", "pairs" */
	const struct sheet_column *columns;
	size_t width;
	ARRAY(struct value) cells;  /* row by row; of pairs: the row that was asked for last */
	const char *none;           /* what to say to people if there is no row */
	enum fleet_counted counted; /* the connections that its head and `verdicts` are about */
	fleet_groups groups;        /* of a table of pairs, one a row; of another: none */
	bool ladder;                /* each of these is one connection, and is told end by end */
};

void fleet_table_free(struct fleet_table *t);

/* Each fills a zeroed table. */
void fleet_table_hosts(struct fleet_table *t, const struct fleet *f);
void fleet_table_pairs(struct fleet_table *t, const struct fleet *f, unsigned verdicts);
void fleet_table_leaks(struct fleet_table *t, const struct fleet *f, const struct fleet_takings *takings);
void fleet_table_ports(struct fleet_table *t, const struct fleet *f, const struct fleet_takings *takings);
void fleet_table_stale(struct fleet_table *t, const struct fleet *f);
void fleet_table_releases(struct fleet_table *t, const struct fleet *f, const char *service);
/* The connections that have this endpoint, or both, at one of their ends. */
void fleet_table_peer(struct fleet_table *t, const struct fleet *f, const struct endpoint ends[2], size_t count);

size_t fleet_table_rows(const struct fleet_table *t);
/* The values of a row, good until the next call. */
const struct value *fleet_table_row(struct fleet_table *t, size_t row);
/* Leaves the first `rows` of it, and one at least: none is said of a table that has none. Returns how many there were.
 */
size_t fleet_table_cut(struct fleet_table *t, size_t rows);

/* In that format. 0 or -errno of the writing. */
int fleet_table_write(int fd, struct fleet_table *t, const struct fleet *f, sheet_writer *write, bool no_header,
                      const struct page_style *style);
/* The document of the contract: coverage, verdicts, and the rows. In pieces to `fd`, but for the last one; all of it
 * stays in `out` where there is none (-1). 0 or -errno of the writing. */
int fleet_json(struct text *out, int fd, struct fleet_table *t, const struct fleet *f);
/* A line a row, without the head; the same. */
int fleet_jsonl(struct text *out, int fd, struct fleet_table *t);

/* For people: how far the files speak, in a few lines. */
void fleet_head(struct text *out, const struct fleet *f, enum fleet_counted counted, const struct page_style *style);
/* What was not seen, and what would help. */
void fleet_foot(struct text *out, const struct fleet *f, const struct page_style *style);
/* Who owes whom the close, with both ends. */
void fleet_pairs_page(struct text *out, const struct fleet *f, unsigned verdicts, const struct page_style *style);
/* One connection as a ladder of its two hosts; false: there is none. */
bool fleet_peer_page(struct text *out, const struct fleet *f, const struct endpoint ends[2], size_t count,
                     const struct page_style *style);

/* Is the pair one of a connection that has these endpoints? */
bool fleet_pair_has(const struct fleet *f, const struct fleet_pair *p, const struct endpoint ends[2], size_t count);
