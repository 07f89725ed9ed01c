/* Expressions over sockets: `state == close-wait and age > 10m and not comm ~ nginx*`.
 *
 * Compares fields of the one table (field.h). What is not known compares as false, only `== -` is true for it.
 * A holder's field is compared with each holder: true if for any of them. `age > T` holds if it is certainly
 * older (lower bound), `age < T` if it is certainly younger (upper bound). */
#pragma once
#include "model/field.h"

struct filter;

struct filter_error {
	size_t column;       /* from 1, in characters, where the expression is wrong */
	const char *message; /* no field is called "aeg" */
	const char *hint;    /* did you mean age? NULL if there is nothing to say */
};

/* 0, or -EINVAL with `ret_error`. All texts and the filter live in the arena; `expression` need not. */
int filter_compile(const char *expression, struct arena *arena, struct filter **ret, struct filter_error *ret_error);

bool filter_match(const struct filter *f, const struct moment *m, const struct socket *s); /* NULL: matches all */
unsigned filter_wants(const struct filter *f);                                             /* enum want */
