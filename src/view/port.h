/* One port: who has it, what a bind() to it would come to, what frees it. */
#pragma once
#include "model/port/page.h"
#include "page_style.h"

/* For people; without `style` as Markdown. */
void port_text(struct text *out, const struct port_pages *pages, const struct page_style *style);
void port_json(struct text *out, const struct moment *m, const struct port_pages *pages);
