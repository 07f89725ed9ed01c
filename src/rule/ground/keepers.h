/* Programs of container runtimes that hold a published port for others: they only reserve it (conmon, dockerd), or pass
 * on what comes (docker-proxy, rootlessport). Whoever connects there means the container behind. */
#pragma once
#include "rule/inquiry.h"

bool process_keeps_ports(const struct process *p);

/* By process: where the connections that a keeper itself has opened lead to, PROCESS_NONE where that is not one
 * program. `other` is each socket's other end (ground/pairs.h). The caller frees it. */
uint32_t *keepers_find_behind(struct inquiry *q, const uint32_t *other);
