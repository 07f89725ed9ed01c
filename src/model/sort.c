#include "sort.h"

/* The first key of a row, where it is a number or a range of them: it is asked for once a row, not once a comparison.
 */
struct row {
	uint64_t number, high; /* high: of a range; else 0 */
	uint32_t position;
	bool unknown;
};

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

static bool row_fill(struct row *r, const struct value *v)
{
	switch (v->kind) {
	case VALUE_NONE:
		r->unknown = true;
		return true;
	case VALUE_NUMBER:
	case VALUE_YESNO:
	case VALUE_STATE:
	case VALUE_TIME:
		r->number = v->number;
		return true;
	case VALUE_DURATION:
		r->number = v->range.low;
		r->high = v->range.high;
		return true;
	default:
		return false;
	}
}

static int compare_rows(const void *one, const void *other, void *arg)
{
	const struct row *a = one, *b = other;
	const struct sorter *x = arg;
	int order = CMP(a->number, b->number) ?: CMP(a->high, b->high);

	if (a->unknown != b->unknown)
		return CMP(a->unknown, b->unknown);
	if (order)
		return x->by->items[0].descending ? -order : order;
	return x->by->count > 1 ? compare_positions(&a->position, &b->position, arg) : CMP(a->position, b->position);
}

/* NULL: its first key is no number, or not one kind of them. */
static struct row *rows_of(struct sorter *x, const uint32_t *positions, size_t count)
{
	struct row *rows = memory_resize(NULL, count, sizeof(*rows));
	enum value_kind kind = VALUE_NONE;

	for (size_t i = 0; i < count; i++) {
		const struct socket *s = &x->m->sockets.items[positions[i]];
		struct value v = field_value(x->by->items[0].field, x->m, s, &x->scratch[0]);
		rows[i] = (struct row){ .position = positions[i] };
		kind = kind == VALUE_NONE ? v.kind : kind;
		if (row_fill(&rows[i], &v) && (v.kind == VALUE_NONE || v.kind == kind))
			continue;
		free(rows);
		return NULL;
	}
	return rows;
}

static void sort_some(struct sorter *x, uint32_t *positions, size_t count)
{
	cleanup(cleanup_free) struct row *rows = rows_of(x, positions, count);

	if (!rows) {
		qsort_r(positions, count, sizeof(*positions), compare_positions, x);
		return;
	}
	qsort_r(rows, count, sizeof(*rows), compare_rows, x);
	for (size_t i = 0; i < count; i++)
		positions[i] = rows[i].position;
}

void sort_sockets(const struct moment *m, uint32_t *positions, size_t count, const field_list *by)
{
	struct sorter x = { .m = m, .by = by };

	if (count && by->count)
		sort_some(&x, positions, count);
	text_free(&x.scratch[0]);
	text_free(&x.scratch[1]);
}
