/* Who waits for whom, as far as one look shows it. It sees no threads; but a worker process that has asked somebody
 * else, on the only connection that it has opened, and has no answer yet, most likely waits for it. */
#pragma once
#include "rule/inquiry.h"

/* True if each process that accepts from this listener, a master that only keeps it for them apart, has asked so: one
 * connection of each. */
bool asked_by_all(struct inquiry *q, uint32_t listener, socket_list *ret);
