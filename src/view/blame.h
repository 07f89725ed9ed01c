/* What `unfin blame` found, as a page and as a document. */
#pragma once
#include "model/moment.h"
#include "model/site.h"
#include "page_style.h"
#include "rule/judgement.h"

/* What `unfin guard` has more. */
struct guarded {
	const char *command; /* its name */
	int command_status, status;
	uint64_t allowed; /* outlived their use, and may */
};

struct blame {
	const struct moment *moment;
	const site_list *sites; /* the worst first */
	uint64_t opened;        /* connections that were seen opening */
	uint64_t unfinished, unattributed, young;
	uint64_t window_ms, held_ms;
	const struct judgement *judgement; /* of it, the processes that hang */
	uint64_t capture_ns;               /* what freezing one cost its program; 0: none was */
	const struct guarded *guarded;     /* NULL: it is of `unfin blame` */
};

void blame_text(struct text *out, const struct blame *b, const struct page_style *style);
/* Of `guarded`. */
void guard_text(struct text *out, const struct blame *b, const struct page_style *style);
void guard_json(struct text *out, const struct blame *b);
/* A line for each place, the outermost frame first, then how many: what flame graph tools read. */
void blame_folded(struct text *out, const struct blame *b);
void blame_json(struct text *out, const struct blame *b);
