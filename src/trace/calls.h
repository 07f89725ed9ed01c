/* Failing bind() and connect() calls, watched from open to close. Rows are gathered by the kernel program;
 * nothing needs to be drained meanwhile. Only processes *seen* failing become victims. */
#pragma once
#include "model/moment.h"

struct calls;

/* 0, or -errno and why this host does not let us watch (texts in `arena`). */
int calls_open(struct arena *arena, struct calls **ret, struct gap *ret_why);
/* Adds what failed so far to the moment's failures, in the namespaces of its scope, and the number of rows
 * that were lost to its window. 0 or -errno. */
int calls_collect(struct calls *c, struct moment *m);
void calls_close(struct calls *c); /* NULL is fine */
void calls_cleanup(struct calls **c);
