/* Strings of V8: flat ones of 1 or 2 bytes a character, outside of the heap, parts of others, and put together. */
#pragma once
#include "v8.h"

/* The type of an object, by its map; UINT32_MAX: it is no object. */
uint32_t v8_type(const struct v8 *v, const struct memory *m, uint64_t object);
/* False: it is no string. Cut to fit. */
bool v8_text(const struct v8 *v, const struct memory *m, uint64_t string, char *to, size_t room);
/* The line of a place in a source, from 1; 0: it is not in it. Only flat strings: no source is another. */
uint32_t v8_line(const struct v8 *v, const struct memory *m, uint64_t source, uint32_t place);
