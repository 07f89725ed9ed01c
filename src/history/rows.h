/* From rows to lives: what both the agent, when it goes on, and readers need. */
#pragma once
#include "rule/chronicle.h"
#include <sqlite3.h>

typedef ARRAY(struct life) lives;

/* A day's file, to be read. 0, or as schema_check() and sql_error() have it; the caller closes it in any case. */
int rows_open(const char *path, sqlite3 **ret);
/* Of a file that is of a newer unfin: which one can read it. */
const char *rows_newer(const char *path, struct arena *arena);
/* Those alive between the two times; texts go to the arena. 0 or -errno. */
int rows_read_lives(sqlite3 *db, uint64_t from_ms, uint64_t to_ms, struct arena *arena, lives *ret);
/* Points, victims and releases of these, which are in the order of their numbers. 0 or -errno. */
int rows_read_points(sqlite3 *db, lives *all, struct arena *arena);
int rows_read_victims(sqlite3 *db, lives *all, struct arena *arena);
int rows_read_beside(sqlite3 *db, lives *all, struct arena *arena);
