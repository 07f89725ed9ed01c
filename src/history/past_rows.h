/* Between history.c and the rows that a picture over time is made of. */
#pragma once
#include "history.h"
#include <sqlite3.h>

/* Appends looks, ages and kept moments of that span. 0 or -errno. */
int past_read(sqlite3 *db, const struct history_request *q, struct chronicle *c);
