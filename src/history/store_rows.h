/* Between store.c and the rows it writes. */
#pragma once
#include "store.h"
#include <sqlite3.h>

struct store {
	struct arena *arena;
	const char *folder;
	struct store_limits limits;
	sqlite3 *db; /* of `day`; NULL: none is open */
	char day[24];
	bool entering; /* nothing was written since it was opened: what is in it may be over */
	bool fresh;    /* what is open has to be written into it */
	int64_t next_finding, next_release;
	int64_t look_ms; /* the row that the next look may go on with; 0: none */
	uint64_t last_look_ms;
	char *look_text; /* what it says, in the arena of `looks` */
	struct arena *looks;
	int64_t pending_look_ms;
	unsigned aged_looks;             /* that could have been written with their ages */
	uint64_t entered_ns, trimmed_ns; /* since boot, which no clock that is set moves */
};

/* How old its sockets are, with the first looks and then with every sixth: a heat map needs no more. 0 or -errno. */
int store_add_ages(struct store *s, const struct cycle *c);

/* All of a cycle, within a transaction. 0 or -errno. */
int store_add(struct store *s, const struct cycle *c);
/* Its figures. */
int store_add_figures(struct store *s, const struct cycle *c);
/* Its programs; in a new file, those that the file before it had, too. */
int store_add_programs(struct store *s, const struct cycle *c);
/* It is committed. */
void store_settle(struct store *s, const struct cycle *c);
/* A day's file, to be written: made where there is none. 0, or as schema_prepare() and sql_error() have it. */
int store_open_file(const char *path, sqlite3 **ret);
/* Over for good; NULL is fine. */
void store_close_file(sqlite3 *db);
/* Where all is too large: moments of days before today's. */
void store_thin(const struct store *s);
/* Where today's file alone is too large: the older half of its moments goes. */
void store_trim_today(struct store *s, uint64_t bytes);
int store_open_last(const struct store *s, sqlite3 **ret);
int store_read_open(struct store *s, uint64_t now_ms, life_list *ret);
