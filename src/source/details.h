/* What /proc tells of a process that holds sockets. Only holders and those seen failing a call are looked up, and only
 * if a command asks:
 * `list` without such columns does not pay. A process that has gone is no gap, it is news. */
#pragma once
#include "source.h"

/* Fills their texts (WANT_DETAILS) and figures (WANT_LIMITS); those that are detailed already only get
 * what moves: state and descriptors. */
void details_read(struct moment *m, unsigned wants);
/* The same for the processes from this index on, which have been seen in events: nothing of one that has gone is news.
 */
void details_read_from(struct moment *m, uint32_t first, unsigned wants);
