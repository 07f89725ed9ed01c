/* The addresses of the network namespace that the calling thread is in (see doors.h), as the kernel would answer a
 * bind(): for IPv4 its table of local routes, for IPv6 the addresses of all interfaces. */
#pragma once
#include "model/moment.h"

/* Appends them to the moment and fills what the namespace says of them. addresses_known stays false, and nothing is
 * appended, if the kernel does not tell. Those of an earlier look are dropped. 0 or -errno. */
int addresses_read(struct moment *m, uint32_t netns);
