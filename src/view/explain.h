/* A topic as a page, as JSON, and all of them as a list. */
#pragma once
#include "model/mention.h"
#include "page_style.h"
#include "base/text.h"

/* `m` has at least its topic; what it read out of a message comes first. `note` may be NULL: a sentence below
 * the title. */
void explain_text(struct text *t, const struct mention *m, const char *note, const struct page_style *style);
void explain_json(struct text *t, const struct mention *m);
void explain_list(struct text *t, const struct topics *all, const struct page_style *style);
void explain_list_json(struct text *t, const struct topics *all);
