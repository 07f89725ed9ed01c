/* A program that could accept the next connection, and leaves it: many have a limit of their own, below that of their
 * descriptors (memcached -c, redis maxclients, haproxy maxconn). It runs, connections wait in its queue, and it has
 * taken none while watched. */
#pragma once
#include "rule/inquiry.h"

/* Evidence that the holder of the listener does so; false, and nothing is told, if that is not to be seen. */
bool throttle_tell(struct inquiry *q, struct finding *f, uint32_t listener, uint32_t process);

/* What to do about it. */
#define THROTTLE_ADVICE "raise the program's own limit of connections, or let it end idle ones sooner"
