#include "found.h"

enum { COUNT_BITS = 5, FRAMES_MOST = 1 << 16 };
_Static_assert(FOUND_INLINED < 1 << COUNT_BITS, "a count fits");

bool found_take(const struct found *f, uint64_t address, struct frame *ret, size_t most, size_t *ret_count)
{
	uint32_t value = keyed_has(&f->at, address) ? keyed_find(&f->at, address) : INDEX_NONE;

	if (value == INDEX_NONE)
		return false;
	*ret_count = MIN(value & ((1U << COUNT_BITS) - 1), most);
	if (*ret_count)
		memcpy(ret, &f->frames.items[value >> COUNT_BITS], *ret_count * sizeof(*ret));
	return true;
}

/* When it is full, what comes is found anew each time. */
void found_keep(struct found *f, uint64_t address, const struct frame *frames, size_t count)
{
	if (!address || count > FOUND_INLINED || f->frames.count + count > FRAMES_MOST)
		return;
	uint32_t value = (uint32_t)(f->frames.count << COUNT_BITS | count);
	for (size_t i = 0; i < count; i++)
		*array_push(&f->frames) = frames[i];
	keyed_add(&f->at, address, value);
}

void found_free(struct found *f)
{
	keyed_free(&f->at);
	array_free(&f->frames);
}
