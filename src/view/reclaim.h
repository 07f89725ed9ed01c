/* A plan to destroy sockets, and what came of it. */
#pragma once
#include "base/text.h"
#include "model/reclaim.h"
#include "page_style.h"

void reclaim_text(struct text *out, const struct reclaim_plan *p, const struct page_style *style);
void reclaim_json(struct text *out, const struct reclaim_plan *p);
