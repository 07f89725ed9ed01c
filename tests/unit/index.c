/* The one hash table of ours, held against uthash: the same random adds and looks, the same answers. */
#include "unit.h"
#include "base/array.h"
#include "model/index.h"
#include <uthash.h>

struct item {
	char before[3]; /* the key is not at the start, and not aligned by chance */
	uint64_t key;
	int value;
};

struct known {
	uint64_t key;
	uint32_t position;
	UT_hash_handle hh;
};

/* The kinds of keys in use: consecutive cookies, addresses, (start, pid), and hashes. */
static uint64_t key_of(unsigned kind, uint64_t n)
{
	switch (kind) {
	case 0:
		return n + 1;
	case 1:
		return 0xffff888000000000ULL + n * 2048;
	case 2:
		return (n / 7 + 1) << 22 | (n % 4194303 + 1);
	default:
		return (n + 1) * 0xd1342543de82ef95ULL | 1;
	}
}

static void answers_as_uthash_does(void **state)
{
	for (unsigned kind = 0; kind < 4; kind++) {
		ARRAY(struct item) items = { 0 };
		struct known *known = NULL, *k, *next;
		struct index x;
		uint32_t seed = kind + 1;

		index_init(&x, NULL, sizeof(struct item), 0);
		for (int round = 0; round < 20000; round++) {
			seed = seed * 1103515245 + 12345;
			uint64_t key = key_of(kind, seed >> 18);
			HASH_FIND(hh, known, &key, sizeof(key), k);
			uint32_t found = index_find(&x, key);
			assert_int_equal(found, k ? k->position : INDEX_NONE);
			if (k && seed >> 17 & 1) { /* half of those that are met again leave it */
				index_remove(&x, found);
				HASH_DEL(known, k);
				free(k);
				continue;
			}
			if (k)
				continue;
			array_push(&items)->key = key;
			index_move(&x, &items.items[0].key);
			index_add(&x, (uint32_t)items.count - 1);
			k = calloc(1, sizeof(*k));
			*k = (struct known){ .key = key, .position = (uint32_t)items.count - 1 };
			HASH_ADD(hh, known, key, sizeof(k->key), k);
		}
		assert_int_equal(x.count, HASH_COUNT(known));
		HASH_ITER (hh, known, k, next) {
			assert_int_equal(index_find(&x, k->key), k->position);
			HASH_DEL(known, k);
			free(k);
		}
		index_free(&x);
		array_free(&items);
	}
}

/* No kind of key may pile up: then a look would walk far. */
static void slots_are_spread(void **state)
{
	for (unsigned kind = 0; kind < 4; kind++) {
		ARRAY(uint64_t) keys = { 0 };
		struct index x;
		uint64_t run = 0, longest = 0;

		for (uint64_t n = 0; n < 100000; n++)
			*array_push(&keys) = key_of(kind, n);
		index_init(&x, keys.items, sizeof(uint64_t), keys.count);
		for (uint32_t i = 0; i < keys.count; i++)
			index_add(&x, i);
		for (uint64_t slot = 0; slot <= x.mask; slot++) {
			run = x.slots[slot].position ? run + 1 : 0;
			longest = MAX(longest, run);
		}
		if (longest > 200)
			fail_msg("kind %u: %lu slots in a row", kind, longest);
		index_free(&x);
		array_free(&keys);
	}
}

static void an_empty_index_finds_nothing(void **state)
{
	struct index x;

	index_init(&x, NULL, 8, 1000);
	assert_int_equal(index_find(&x, 1), INDEX_NONE);
	assert_int_equal(index_find(&x, UINT64_MAX), INDEX_NONE);
	index_free(&x);
	assert_null(x.slots);
}

UNIT_MAIN(TEST(answers_as_uthash_does), TEST(slots_are_spread), TEST(an_empty_index_finds_nothing));
