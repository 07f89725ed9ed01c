/* Lines of code as rows of a kept file. In a moment a site and a standing thread point to stacks, and a stack has its
 * frames within; in a file each is a row, named by its number in its table. */
#pragma once
#include "table.h"

/* Rows of each table, at most: what unfin-blame answers is far less (src/cmd/lines_record.h). A frame takes many times
 * its row's bytes. */
enum { KEPT_LINES_MOST = 1 << 15, KEPT_NO_STACK = UINT32_MAX };

struct kept_stack {
	uint32_t how, own, cut;
	const char *runtime, *why, *revision;
	bool modified;
};

struct kept_frame {
	uint32_t stack; /* those of one stack stand together, the innermost first */
	const char *function, *file, *library;
	uint32_t line, own;
};

struct kept_standing {
	struct standing standing;
	uint32_t stack;
};

struct kept_site {
	struct site site;
	uint32_t stack, told, listened; /* the last two may be KEPT_NO_STACK */
};

/* A commit of the file of that site's line, between two starts of its program. */
struct kept_change {
	uint32_t site; /* those of one site stand together, the newest first */
	struct site_commit commit;
};

struct kept_lines {
	ARRAY(struct kept_stack) stacks;
	ARRAY(struct kept_frame) frames;
	ARRAY(struct kept_standing) standings;
	ARRAY(struct kept_site) sites;
	ARRAY(struct kept_change) changes;
};

extern const struct kept_column kept_stack_columns[], kept_frame_columns[], kept_standing_columns[],
        kept_site_columns[], kept_change_columns[], kept_opening_columns[];

/* The rows of a moment; texts are borrowed from it. */
void kept_lines_take(struct kept_lines *l, const struct moment *m);
/* The other way, once all tables are read. -EBADMSG: a row names another that is not there, or does not fit. */
int kept_lines_give(const struct kept_lines *l, struct moment *m);
void kept_lines_free(struct kept_lines *l);
