#include "sort.h"

struct sorter {
	const struct moment *m;
	const field_list *by;
	struct text scratch[2]; /* of each side's joined holders */
};

static int compare_key(struct sorter *x, const struct field_key *key, uint32_t a, uint32_t b)
{
	const struct socket *s = x->m->sockets.items;
	struct value v = field_value(key->field, x->m, &s[a], &x->scratch[0]);
	struct value w = field_value(key->field, x->m, &s[b], &x->scratch[1]);

	return value_order(&v, &w, key->descending);
}

static int compare_positions(const void *one, const void *other, void *arg)
{
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
	struct sorter *x = arg;

	array_each (x->by, key) {
		int order = compare_key(x, key, a, b);
		if (order)
			return order;
	}
	return CMP(a, b);
}

void sort_sockets(const struct moment *m, uint32_t *positions, size_t count, const field_list *by)
{
	struct sorter x = { .m = m, .by = by };

	if (count && by->count)
		qsort_r(positions, count, sizeof(*positions), compare_positions, &x);
	text_free(&x.scratch[0]);
	text_free(&x.scratch[1]);
}
