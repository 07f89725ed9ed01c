/* A topic as a page, as JSON, and all of them as a list. */
#pragma once
#include "model/message/mention.h"
#include "page_style.h"
#include "base/text.h"

/* What was read out of a message comes first, and what to run next; then the page, unless nothing is known. `note` may
 * be NULL: a sentence below the title. */
void explain_text(struct text *t, const struct mention *m, const char *note, const struct page_style *style);
void explain_json(struct text *t, const struct mention *m);
void explain_list(struct text *t, const struct topics *all, const struct page_style *style);
void explain_list_json(struct text *t, const struct topics *all);
