#include "translation.h"

enum { FULL_PERCENT = 97, PORTS_LEAST = 10 };

uint32_t translation_ports(const struct translation *t)
{
	return (uint32_t)t->port_high - t->port_low + 1;
}

bool translation_is_full(const struct translation *t)
{
	uint64_t ports = translation_ports(t);

	return ports >= PORTS_LEAST && (uint64_t)t->count * 100 >= ports * FULL_PERCENT;
}

struct translation_budget translation_budget(const struct translation *t)
{
	uint32_t usable = TRANSLATION_PORT_LAST - TRANSLATION_PORT_FIRST + 1;
	uint32_t yielding = t->by_state[STATE_TIME_WAIT] + t->by_state[STATE_CLOSE];
	uint32_t known = translation_ports(t);

	return (struct translation_budget){ .usable = usable,
		                            .used = t->count,
		                            .free_low = known - MIN(t->count, known),
		                            .free_high = usable - MIN(t->count - yielding, usable) };
}

static int most_first(const void *a, const void *b)
{
	const struct translation *const *x = a, *const *y = b;
	int order = CMP((*y)->count, (*x)->count);

	return order ? order : CMP(*x, *y);
}

void translations_of(const struct moment *m, uint32_t netns, struct translation_list *ret)
{
	size_t start = ret->rows.count;

	array_each (&m->translations, t)
		if (t->netns == netns)
			*array_push(&ret->rows) = t;
	if (ret->rows.count > start)
		qsort(ret->rows.items + start, ret->rows.count - start, sizeof(*ret->rows.items), most_first);
}

void translation_list_free(struct translation_list *list)
{
	array_free(&list->rows);
}
