/* What may come next in an expression: a field, how to compare it, one of its words, or how to go on. */
#pragma once
#include "model/field.h"

/* Appends "WORD\tMEANING" lines for what begins with `current`; `words` are those before it. */
void complete_expression(struct text *out, char *const *words, size_t count, const char *current);
