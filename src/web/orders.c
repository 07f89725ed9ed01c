#include "orders.h"
#include "base/memory.h"

const struct order *orders_find(struct orders *o, const char *expr, const char *sort)
{
	for (struct order *k = o->kept; k < o->kept + ORDERS_KEPT; k++) {
		if (!k->rows || !streq(k->expr, expr ?: "") || !streq(k->sort, sort ?: ""))
			continue;
		k->used = ++o->uses;
		return k;
	}
	return NULL;
}

static void order_free(struct order *k)
{
	free(k->expr);
	free(k->sort);
	free(k->rows);
	*k = (struct order){ 0 };
}

const struct order *orders_put(struct orders *o, const char *expr, const char *sort, uint32_t *rows, size_t count)
{
	struct order *oldest = o->kept;

	for (struct order *k = o->kept; k < o->kept + ORDERS_KEPT; k++)
		if (k->used < oldest->used)
			oldest = k;
	order_free(oldest);
	*oldest = (struct order){ .expr = memory_strndup(expr ?: "", strlen(expr ?: "")),
		                  .sort = memory_strndup(sort ?: "", strlen(sort ?: "")),
		                  .rows = rows,
		                  .count = count,
		                  .used = ++o->uses };
	return oldest;
}

void orders_free(struct orders *o)
{
	for (struct order *k = o->kept; k < o->kept + ORDERS_KEPT; k++)
		order_free(k);
}
