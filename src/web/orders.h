/* In which order a moment's sockets were asked for: a page scrolls through it piece by piece, and to choose and sort
 * 100,000 of them costs fifty times what a piece does. The last few are kept; they go with their moment. */
#pragma once
#include "base/util.h"

enum { ORDERS_KEPT = 2 };

struct order {
	char *expr, *sort;
	uint32_t *rows; /* positions in the moment's sockets */
	size_t count;
	uint64_t used;
};

/* Zeroed is empty. */
struct orders {
	struct order kept[ORDERS_KEPT];
	uint64_t uses;
};

/* NULL texts are "". NULL: it is not kept. Good until the next orders_put(). */
const struct order *orders_find(struct orders *o, const char *expr, const char *sort);
/* In place of the one that was asked for longest ago. `rows` is the orders' own from now on. */
const struct order *orders_put(struct orders *o, const char *expr, const char *sort, uint32_t *rows, size_t count);
void orders_free(struct orders *o); /* what is kept, not itself */
