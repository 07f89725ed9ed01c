/* What both ends of an idle connection have in common, and no translation of addresses changes: what one will send next
 * is what the other expects next (FIN included). Raw numbers would let a reader inject data into a connection that
 * lives: only a hash under the fleet's key leaves the kernel's records. Pure. */
#pragma once
#include "base/siphash.h"

struct fleet_key {
	uint8_t bytes[SIPHASH_KEY_BYTES];
};

/* The same for (a, b) and (b, a); never 0, which stands for "not known". */
uint64_t sequence_id(const struct fleet_key *key, uint32_t snd_nxt, uint32_t rcv_nxt);
/* Tells whether two files were made under one key, and nothing else of it; never 0. */
uint64_t fleet_key_id(const struct fleet_key *key);
