/* What an expression demands of everything that it matches: so that who looks for it need not look at the rest. */
#pragma once
#include "filter.h"

/* The value that this field must have (`pid == 812`, joined to the rest by `and`). False: it may be any. */
bool filter_demands(const struct filter *f, const char *field, struct value *ret);
/* The range that this address must be in: `peer in 10.0.0.0/8`, `peer == 10.0.0.1`. */
bool filter_demands_range(const struct filter *f, const char *field, struct addr_range *ret);
/* Of how many comparisons it is made, if all of them must be true; else 0. */
size_t filter_count_demands(const struct filter *f);
