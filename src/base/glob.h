/* `*` any text, `?` one character, `[a-z]` and `[!a-z]` one of a set, `\` the next character itself. */
#pragma once
#include "util.h"

/* The whole text must match. Bytes, not letters; time at most length of the pattern x length of the text. */
bool glob_match(const char *pattern, const char *text);
