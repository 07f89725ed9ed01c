/* What was found before at an address: a leak asks for the same few addresses time and again. Zeroed is empty. */
#pragma once
#include "model/keyed.h"
#include "model/site.h"

enum { FOUND_INLINED = 16 }; /* frames at one address, at most */

struct found {
	struct keyed at; /* the first of its frames, and in the low bits how many */
	ARRAY(struct frame) frames;
};

/* True: it was asked for before; its frames, `most` at most, are in `ret`. */
bool found_take(const struct found *f, uint64_t address, struct frame *ret, size_t most, size_t *ret_count);
void found_keep(struct found *f, uint64_t address, const struct frame *frames, size_t count);
void found_free(struct found *f);
