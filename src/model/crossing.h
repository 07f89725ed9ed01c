/* The two ends of one connection with a translation of addresses between them: neither names the other as that one
 * names itself (a published port of a container, a service of a cluster, masquerade). Only conntrack knows both. Pure.
 */
#pragma once
#include "keyed.h"
#include "moment.h"

/* A connection as one end has it. */
struct ends {
	struct endpoint local, peer;
};

struct crossings {
	struct moment *moment;
	struct keyed sockets; /* made when the first one is added: most hosts translate nothing */
};

/* A connection that is tracked in this namespace. Becomes a row of the moment if an end of it is a socket there. */
void crossings_add(struct crossings *c, uint32_t netns, const struct ends *opener, const struct ends *acceptor);
void crossings_free(struct crossings *c);
