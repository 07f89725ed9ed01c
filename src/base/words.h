/* Names people type: one spelling rule for all of them (`-` equals `_`, case does not matter), and the
 * nearest right word for one that is not known. */
#pragma once
#include "util.h"

bool word_equal(const char *a, const char *b);
bool word_starts(const char *s, const char *prefix);

/* Is it one of the words of a list, which blanks separate? */
bool word_listed(const char *word, const char *list);

/* The known word that was most likely meant, NULL if none is near. `known` ends with NULL. */
const char *word_nearest(const char *word, const char *const *known);
