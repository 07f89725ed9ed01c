#include "keyed.h"

void keyed_add(struct keyed *k, uint64_t key, uint32_t value)
{
	if (keyed_has(k, key))
		return;
	if (!k->index.slots)
		index_init(&k->index, NULL, sizeof(struct keyed_item), 0);
	*array_push(&k->items) = (struct keyed_item){ key, value };
	index_move(&k->index, &k->items.items[0].key);
	index_add(&k->index, (uint32_t)k->items.count - 1);
}

uint32_t keyed_find(const struct keyed *k, uint64_t key)
{
	uint32_t found = k->index.slots ? index_find(&k->index, key) : INDEX_NONE;

	return found == INDEX_NONE ? INDEX_NONE : k->items.items[found].value;
}

void keyed_free(struct keyed *k)
{
	index_free(&k->index);
	array_free(&k->items);
}
