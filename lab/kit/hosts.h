/* Hosts for faults that need more than one or two: each a network namespace of its own, on a cable to a router. The
 * lab's own namespace is the first router; a host may be one, too. Every call gives 0 or -errno and has said why. */
#pragma once
#include "lab/kit/maker.h"

/* A host called `name` (at most 15 bytes) with `address` (a /24) on a cable to `router`, which has `router_address`
 * there and is the way to all others. `router` NULL: the lab's own namespace. */
int lab_host(struct lab *lab, const char *name, const char *address, const char *router, const char *router_address);
/* It passes on what is not for itself, and does as these rules of nft say; NULL: none. */
int lab_host_routes(struct lab *lab, const char *name, const char *rules);
/* Runs unfin with these arguments (NULL at the end) as that host, whose name it sees as its own. */
int lab_host_unfin(struct lab *lab, const char *name, const char *const *arguments);
