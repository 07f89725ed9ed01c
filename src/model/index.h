/* Where is the socket with this key? Open addressing over the keys' own array, 8 bytes a slot: the one hash
 * table of the hot path (tests/unit/index.c holds it against uthash). Keys are 64-bit, never 0. A slot carries
 * half of its key's hash, so that only the right key is fetched from memory, and none at all to grow. */
#pragma once
#include "base/util.h"

struct index_slot {
	uint32_t position; /* + 1, in the caller's array; 0: empty */
	uint32_t hash;
};

struct index {
	struct index_slot *slots;
	uint64_t mask; /* slots - 1 */
	uint64_t count;
	const char *keys; /* the key of position p stands at keys + p * stride */
	size_t stride;
};

/* `first_key` points at the key inside the first element; call index_move() when the array has moved. */
void index_init(struct index *x, const void *first_key, size_t stride, size_t expected);
void index_move(struct index *x, const void *first_key);
void index_free(struct index *x);

#define INDEX_NONE UINT32_MAX
uint32_t index_find(const struct index *x, uint64_t key);
/* The key at `position` must be in its place already, and not be in the index. */
void index_add(struct index *x, uint32_t position);
/* The key at `position` must be in the index, and still be in its place. */
void index_remove(struct index *x, uint32_t position);
