/* Who may hold what another process has opened: descriptors are handed on through unix sockets (SCM_RIGHTS). */
#pragma once
#include "base/util.h"

/* Has this process a unix socket? True also where /proc does not tell. Its first three descriptors do not count: a
 * service's lead to the log. */
bool handed_may_be(uint32_t pid);
