/* From one moment to the next, for whoever looks again and again: a window that never ends. The next look is then the
 * second one of a window that began with the look before, and nothing of an earlier window is left in it. */
#pragma once
#include "moment.h"

/* Makes the moment ready for its next look: sockets, holders, the processes and namespaces that these name, and who
 * opened or closed something stay; what was seen to happen, gaps, and what has ended go, and their memory with them.
 * All pointers into the moment's arena, and all indexes into its lists, are void afterwards. Texts of processes that
 * have run for less than `settled_ms`, which may still become another program (exec), will be read anew. */
void moment_follow(struct moment *m, uint64_t settled_ms);
