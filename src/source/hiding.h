/* Sockets that have a file and that no descriptor shows: in flight between processes, or in an io_uring. */
#pragma once
#include "source.h"

/* Sets `unowned` of such sockets to what can be proved. Costs nothing if there are none. What remains is
 * UNOWNED_HIDDEN if processes exist that this tool cannot see, else UNOWNED_UNKNOWN. */
void hiding_search(struct moment *m);

/* `UserFiles:` of an io_uring's fdinfo: calls back with the inode of each socket registered there. */
void hiding_ring_sockets(const char *fdinfo, void (*found)(void *context, uint32_t inode), void *context);
