/* Texts, addresses and endpoints as 64-bit keys (struct index). A mapped address has the hash of the native one: both
 * stand in the same tables of the kernel. */
#pragma once
#include "addr.h"
#include <string.h>

static inline uint64_t hash_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9fb21c651e98df25ULL;
	return hash ^ hash >> 32;
}

/* And where it ends; NULL as the empty one. */
static inline uint64_t hash_text(uint64_t hash, const char *s)
{
	for (; s && *s; s++)
		hash = hash_word(hash, (unsigned char)*s);
	return hash_word(hash, 0x100);
}

static inline uint64_t hash_addr(uint64_t hash, const struct addr *a)
{
	uint64_t halves[2];

	memcpy(halves, a->bytes, sizeof(halves));
	return hash_word(hash_word(hash, halves[0]), halves[1]);
}

static inline uint64_t hash_endpoint(uint64_t hash, const struct endpoint *e)
{
	return hash_word(hash_addr(hash, &e->addr), e->port);
}
