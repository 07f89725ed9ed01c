/* What leaves nothing behind for a look, watched from open to collect: failing calls (bind, connect, listen; accept
 * and socket for want of descriptors), and closes of CLOSE_WAIT sockets. Counted by the kernel programs; nothing
 * needs to be drained meanwhile. Only processes *seen* failing become victims. */
#pragma once
#include "model/moment.h"

struct events;

/* 0, or -errno and why this host does not let us watch (texts in `arena`). Who asks knows which right would help. */
int events_open(struct arena *arena, struct events **ret, struct gap *ret_why);
/* Adds what was seen to the moment's failures and departures, in the namespaces of its scope, and how many rows
 * were lost to its window. Call it before the second look, which then describes these processes, too. */
void events_collect(struct events *e, struct moment *m);
void events_close(struct events *e); /* NULL is fine */
void events_cleanup(struct events **e);
