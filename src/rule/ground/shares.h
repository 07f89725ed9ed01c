/* Findings that are about the same connections: that is what proves that the one causes the other. */
#pragma once
#include "rule/inquiry.h"

/* The root, other than `f`, that explains most of these sockets, and at least half of them, with what is known to
 * follow from it; else NULL. */
const struct finding *shares_holder(struct inquiry *q, const struct finding *f, const uint32_t *sockets, size_t count);
