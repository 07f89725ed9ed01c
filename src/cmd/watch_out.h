/* Lines for a reader who may be slow: what he does not read in time is dropped and counted, and nothing ever waits for
 * him. */
#pragma once
#include "base/text.h"

struct watch_out {
	struct text pending;
	struct text line; /* the one that is being made */
	uint64_t unread;  /* lines that were dropped */
	int err;          /* of the writing, -errno; -EPIPE: he has gone */
};

void watch_out_line(struct watch_out *o);  /* takes what is in `line`, one or more whole lines */
void watch_out_write(struct watch_out *o); /* as much as he takes at once */
void watch_out_end(struct watch_out *o);   /* gives him a second for the rest */
