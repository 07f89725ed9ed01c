#include "baseline.h"

static int compare_rows(const void *a, const void *b)
{
	const struct baseline_row *x = a, *y = b;

	return memcmp(&x->key, &y->key, sizeof(x->key));
}

/* The figures are the numbers at its head. A row that says less than before is another one under the same key. */
static void subtract(struct record_counts *row, const struct record_counts *before)
{
	uint64_t *is = (uint64_t *)row;
	const uint64_t *was = (const uint64_t *)before;
	size_t figures = offsetof(struct record_counts, uid) / sizeof(*is);

	for (size_t i = 0; i < figures; i++)
		if (is[i] < was[i])
			return;
	for (size_t i = 0; i < figures; i++)
		is[i] -= was[i];
}

void baseline_take(struct baseline *b, const struct record_end_key *key, struct record_counts *row)
{
	struct baseline_row *noted = array_push(&b->next);

	*noted = (struct baseline_row){ *key, *row };
	const struct baseline_row *before =
	        b->last.count ? bsearch(noted, b->last.items, b->last.count, sizeof(*noted), compare_rows) : NULL;
	if (before)
		subtract(row, &before->counts);
}

void baseline_follow(struct baseline *b)
{
	array_free(&b->last);
	memcpy(&b->last, &b->next, sizeof(b->last));
	memset(&b->next, 0, sizeof(b->next));
	array_sort(&b->last, compare_rows);
}

void baseline_free(struct baseline *b)
{
	array_free(&b->last);
	array_free(&b->next);
}
