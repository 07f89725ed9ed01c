#include "index.h"
#include "base/memory.h"

enum { LINE_BITS = 3 }; /* 8 slots of 8 bytes */

static uint64_t key_at(const struct index *x, uint32_t position)
{
	uint64_t key;

	memcpy(&key, x->keys + position * x->stride, sizeof(key));
	return key;
}

/* Neighbours stay neighbours in one cache line, for cookies are consecutive and come so; the lines are spread. */
static uint32_t index_hash(uint64_t key)
{
	return (uint32_t)((key >> LINE_BITS) * 0x9e3779b97f4a7c15ULL >> 32 << LINE_BITS |
	                  (key & ((1 << LINE_BITS) - 1)));
}

static void index_place(struct index *x, struct index_slot new)
{
	uint64_t slot = new.hash & x->mask;

	while (x->slots[slot].position)
		slot = (slot + 1) & x->mask;
	x->slots[slot] = new;
}

static void index_resize(struct index *x, uint64_t slots)
{
	struct index_slot *old = x->slots;
	uint64_t old_count = old ? x->mask + 1 : 0;

	x->slots = memory_zeroed(slots * sizeof(*x->slots));
	x->mask = slots - 1;
	for (uint64_t i = 0; i < old_count; i++)
		if (old[i].position)
			index_place(x, old[i]);
	free(old);
}

void index_init(struct index *x, const void *first_key, size_t stride, size_t expected)
{
	uint64_t slots = 64;

	*x = (struct index){ .keys = first_key, .stride = stride };
	while (slots < 2 * expected)
		slots *= 2;
	index_resize(x, slots);
}

void index_move(struct index *x, const void *first_key)
{
	x->keys = first_key;
}

void index_free(struct index *x)
{
	free(x->slots);
	*x = (struct index){ 0 };
}

uint32_t index_find(const struct index *x, uint64_t key)
{
	uint32_t hash = index_hash(key);

	for (uint64_t at = hash & x->mask; x->slots[at].position; at = (at + 1) & x->mask)
		if (x->slots[at].hash == hash && key_at(x, x->slots[at].position - 1) == key)
			return x->slots[at].position - 1;
	return INDEX_NONE;
}

void index_add(struct index *x, uint32_t position)
{
	if (++x->count * 4 > (x->mask + 1) * 3)
		index_resize(x, (x->mask + 1) * 2);
	index_place(x, (struct index_slot){ position + 1, index_hash(key_at(x, position)) });
}

/* Those behind the gap move up, if the gap lies between where they belong and where they are: so that no search ends
 * too early, and no mark of a removed one is left behind. */
void index_remove(struct index *x, uint32_t position)
{
	uint64_t gap = index_hash(key_at(x, position)) & x->mask;

	while (x->slots[gap].position != position + 1)
		gap = (gap + 1) & x->mask;
	for (uint64_t at = (gap + 1) & x->mask; x->slots[at].position; at = (at + 1) & x->mask) {
		uint64_t home = x->slots[at].hash & x->mask;
		if (((at - home) & x->mask) < ((at - gap) & x->mask))
			continue;
		x->slots[gap] = x->slots[at];
		gap = at;
	}
	x->slots[gap].position = 0;
	x->count--;
}
