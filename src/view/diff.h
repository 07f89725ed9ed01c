/* Two moments side by side, as people read it and as programs do. */
#pragma once
#include "page_style.h"
#include "base/text.h"
#include "rule/changes.h"

struct diff {
	const struct moment *before, *after;
	const struct comparison *comparison;
	const struct changes *changes;
};

bool diff_is_complete(const struct diff *d); /* both saw all they were asked for */
/* What a reader must know before relying on it: other hosts, other boots, other scopes, gaps. `take` gets each. */
void diff_each_note(const struct diff *d, void (*take)(void *to, const char *note), void *to);

void diff_text(struct text *out, const struct diff *d, const struct page_style *style);
void diff_json(struct text *out, const struct diff *d);
