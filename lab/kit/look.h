/* What the kernel says stands in this namespace, so that a fault is shown only when it is really there. */
#pragma once
#include "base/util.h"
#include <netinet/tcp.h>

/* Sockets in `state` (TCP_CLOSE_WAIT …) with that local or peer port; 0 means any. A port of a listener
 * counts its unaccepted connections too. */
unsigned look_count(int state, uint16_t port);

/* Length of the accept queue of the listener on that port; 0 if there is none. */
unsigned look_queue(uint16_t port);
