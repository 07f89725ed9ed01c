/* Names that must not leave the host become numbered ones: the same name the same number, so that what hangs
 * together still does. Loopback and the wildcard say nothing of anybody and stay. */
#pragma once
#include "value.h"

struct redactor;

/* `names`: those of programs, units and containers are hidden, too. */
struct redactor *redactor_new(bool names);
void redactor_free(struct redactor *r); /* NULL is fine */

/* The value to keep in place of `v`; a text stands in `scratch` until the next call. */
struct kept_value redact(struct redactor *r, const struct kept_column *c, const void *item, const struct kept_value *v,
                         struct text *scratch);
