/* What the rows of programs and ends come to, of a period and of all the time. Programs that have ended leave the
 * kernel's table, so that it has room for those that come, and are kept here; of very many the least telling ones
 * become "others". */
#pragma once
#include "trace/watch.h"

struct watch_sums {
	turnover_list taken;   /* of the events that match, where the kernel counts more than these */
	turnover_list counted; /* when the last period ended, of programs that had not ended */
	turnover_list leaving; /* programs that have ended since then */
	turnover_list ended;   /* programs that had ended before */
};

void watch_sums_free(struct watch_sums *s);
/* Its processes are those of another moment from now on. */
void watch_sums_move(struct watch_sums *s, struct moment *to, const struct moment *from);
/* Programs that have ended leave the table. 0 or -errno. */
int watch_sums_give_back(struct watch_sums *s, struct watch *w);
/* Appends what has come since the last call; `whole`: since the beginning. 0 or -errno. */
int watch_sums_collect(struct watch_sums *s, struct watch *w, bool whole, turnover_list *ret);
