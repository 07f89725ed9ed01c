/* How many connections are in each state, counted by the kernel in its own table: no socket is handed out, so that it
 * costs a fifteenth of a look. What a look alone can tell is not in it: sockets that listen or are not connected, a
 * connection of Multipath TCP (its subflows are), and a namespace that has a table of its own. Since Linux 6.2. */
#pragma once
#include "model/state.h"

struct census;

/* Loads the program. 0 or -errno: it cannot be done here. */
int census_open(struct census **ret);
void census_close(struct census *c); /* NULL is fine */
/* `netns`: inode; 0: all. 0 or -errno. Entries that move meanwhile may be missed or come twice. */
int census_take(struct census *c, uint64_t netns, uint64_t ret[STATE_COUNT]);
