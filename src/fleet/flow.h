/* One connection, one number, at both of its ends: a hash of scope, addresses and ports in an order that does not
 * depend on who looks. The layout is fixed for ever, because databases compute it, too (docs/fleet.md). Pure. */
#pragma once
#include "model/addr.h"

/* A routing domain: the same address in two of them is two places. */
enum { SCOPE_OUTER = 1 }; /* where hosts reach each other; all others are hashes */

/* Of an address that means a place only within one namespace (loopback, link-local, a network of containers that nobody
 * named): the host's id and the namespace's inode make its scope. Never SCOPE_OUTER. */
uint64_t flow_scope_private(uint64_t host_id, uint64_t netns_inode);

/* Which of both a connection is in. `outer`: its namespace is where hosts reach each other, as the host's own is. */
uint64_t flow_scope(uint64_t host_id, uint64_t netns_inode, bool outer, const struct endpoint *local,
                    const struct endpoint *peer);

/* SipHash-2-4 under a key of zeros of 48 bytes: scope (8, little end first), lower address (16, v4 mapped), upper
 * address (16), and one word: port of the lower | port of the upper << 32. Lower by (address, port). */
uint64_t flow_id(uint64_t scope, const struct endpoint *a, const struct endpoint *b);
