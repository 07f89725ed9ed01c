/* One walk of the host's table for all namespaces that need one, where many do (see hosttable.bpf.c). */
#pragma once
#include "decode.h"
#include "survey.h"

/* Is one walk with its loading cheaper than a walk for each of so many namespaces? */
bool hosttable_pays(const struct survey *v, uint32_t namespaces);
/* Adds what nobody holds in the namespaces where `wanted`; clears `wanted` of those that are told now. On any
 * error they just stay wanted. */
void hosttable_walk(struct survey *v, struct decoder *d, bool *wanted);
