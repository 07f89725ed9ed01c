/* What `unfin blame` found, as a page and as a document. */
#pragma once
#include "model/moment.h"
#include "model/site.h"
#include "page_style.h"
#include "rule/judgement.h"

struct blame {
	const struct moment *moment;
	const site_list *sites; /* the worst first */
	uint64_t opened;        /* connections that were seen opening */
	uint64_t unfinished, unattributed, young;
	uint64_t window_ms, held_ms;
	const struct judgement *judgement; /* of it, the processes that hang */
	uint64_t capture_ns;               /* what freezing one cost its program; 0: none was */
};

void blame_text(struct text *out, const struct blame *b, const struct page_style *style);
void blame_json(struct text *out, const struct blame *b);
