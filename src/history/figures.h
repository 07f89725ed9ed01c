/* Between history.c and the rows of figures. */
#pragma once
#include "rule/chronicle.h"
#include <sqlite3.h>

/* Adds those that have a point in that time, or hold a value at its beginning. A file of the first version has none. 0
 * or -errno. */
int figures_read(sqlite3 *db, uint64_t from_ms, uint64_t to_ms, struct chronicle *c);
