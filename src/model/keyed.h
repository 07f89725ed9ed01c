/* Numbers under 64-bit keys, hashes mostly (hash.h). Zeroed is empty. */
#pragma once
#include "base/array.h"
#include "index.h"

struct keyed_item {
	uint64_t key; /* never 0 */
	uint32_t value;
};

struct keyed {
	ARRAY(struct keyed_item) items;
	struct index index;
};

/* The first of equals stays. */
void keyed_add(struct keyed *k, uint64_t key, uint32_t value);
/* INDEX_NONE if there is none. */
uint32_t keyed_find(const struct keyed *k, uint64_t key);
void keyed_free(struct keyed *k);

static inline bool keyed_has(const struct keyed *k, uint64_t key)
{
	return k->index.slots && index_find(&k->index, key) != INDEX_NONE;
}
