/* One value of a kept file: between a member of a struct and what SQLite stores. */
#pragma once
#include "table.h"

struct kept_value {
	enum { KEPT_IS_NULL, KEPT_IS_NUMBER, KEPT_IS_TEXT, KEPT_IS_BYTES } is;
	int64_t number;
	const void *bytes; /* of a text (NUL-terminated) or bytes; borrowed */
	size_t length;
};

/* The member at `item`; a text that has to be made stands in `scratch`. */
struct kept_value kept_get(const struct kept_column *c, const void *item, struct text *scratch);
/* The other way; texts go to the arena. -EBADMSG if the value does not fit the member. */
int kept_set(const struct kept_column *c, void *item, const struct kept_value *v, struct arena *arena);

uint64_t kept_value_sum(uint64_t sum, const struct kept_value *v);
