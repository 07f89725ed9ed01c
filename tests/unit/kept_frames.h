/* What must come out of a kept capture. */
#pragma once
#include "kept_places.h"

static inline void kept_expect(const struct kept *k, size_t at, const struct frame *f)
{
	char line[KEPT_TEXT];

	snprintf(line, sizeof(line), "%.*s|%.*s|%u|%.*s", STACK_FUNCTION, f->function, STACK_FILE, f->file, f->line,
	         STACK_LIBRARY, f->library);
	assert_true(at < k->frame_count);
	assert_string_equal(line, k->frames[at]);
}
