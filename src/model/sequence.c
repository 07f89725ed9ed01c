#include "sequence.h"

uint64_t sequence_id(const struct fleet_key *key, uint32_t snd_nxt, uint32_t rcv_nxt)
{
	const uint32_t low = MIN(snd_nxt, rcv_nxt), high = MAX(snd_nxt, rcv_nxt);
	uint8_t pair[8];

	for (int i = 0; i < 4; i++) {
		pair[i] = (uint8_t)(low >> 8 * i);
		pair[4 + i] = (uint8_t)(high >> 8 * i);
	}
	return siphash(key->bytes, pair, sizeof(pair)) ?: 1;
}

/* Longer than a pair, so that it is no pair's hash. */
uint64_t fleet_key_id(const struct fleet_key *key)
{
	static const char what[] = "the fleet's key";

	return siphash(key->bytes, what, sizeof(what)) ?: 1;
}
