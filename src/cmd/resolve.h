/* Names for addresses and ports (-r). The DNS may be what is broken: each question waits a second at most, all
 * together three, and what has no name by then stays a number. */
#pragma once
#include "model/addr.h"

struct resolver;

struct resolver *resolver_new(void);
void resolver_free(struct resolver *r); /* NULL is fine */

/* Of the resolver; NULL where there is none. */
const char *resolver_host(void *resolver, const struct addr *a);
const char *resolver_service(void *resolver, uint16_t port);
/* How many addresses were not asked for any more. */
size_t resolver_skipped(const struct resolver *r);
