/* The tables of a day's file, and how those of an older unfin become today's. A file says whose it is (application_id)
 * and of which version (user_version). */
#pragma once
#include "base/arena.h"
#include <sqlite3.h>

enum { HISTORY_APPLICATION = 0x756e6668 /* "unfh" */, HISTORY_VERSION = 7 };

/* Makes the tables in a new file, or brings an older one up to HISTORY_VERSION. 0, -EPROTO (no history of unfin's),
 * -EPROTONOSUPPORT (of a newer unfin), -EBADMSG (damaged), or as sql_error() has it. */
int schema_prepare(sqlite3 *db);
/* Is it a file of ours that can be read? The same errors; an older version is fine. */
int schema_check(sqlite3 *db);
/* Of one of a newer unfin, for a person: which one can read it. */
const char *schema_newer(sqlite3 *db, struct arena *arena);
