/* A hub's file (hub.db) as a source of rows. The hub may be writing it: all that is read is of one moment of it. */
#pragma once
#include "row/question.h"

/* Opens it while we have the right to. 0 or -errno; -EBADMSG: it is no such file. */
int fleet_sqlite_open(const char *path, struct row_source *ret);
