/* What the causes about accept queues share: who keeps a queue from being emptied. */
#pragma once
#include "rule/rule.h"

/* The finding that says why no holder of this listener accepts: it does not run, has no descriptor left for what it
 * would accept, or waits for others with all its threads. NULL: none. */
const struct finding *queue_stopper(struct inquiry *q, uint32_t listener);
