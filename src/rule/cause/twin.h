/* Listeners that share their address by SO_REUSEPORT: the kernel deals the clients out to all of them. One that was
 * inherited, and that nobody accepts from, loses its share. */
#pragma once
#include "rule/inquiry.h"

/* A listener on the same address that another program holds, and accepts from. SOCKET_NONE: there is none, or the
 * holder of `listener` accepts as well. */
uint32_t twin_that_serves(struct inquiry *q, uint32_t listener);

/* Title, proof and advice for the dead queue of such a twin. */
void twin_tell(struct inquiry *q, struct finding *f, uint32_t twin);
