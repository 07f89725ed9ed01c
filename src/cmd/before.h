/* What an agent remembers of this host: since when something goes on is known to nobody else. */
#pragma once
#include "options.h"
#include "rule/chronicle.h"

/* What is wanted of it beside the findings and their releases. */
struct before_request {
	bool points; /* all counts over time */
	bool past;   /* what a picture over time is made of */
};

/* Of the day before the moment that is asked for (`--at`, else now), to be read before rights are given up. 0, also
 * where there is none: then `ret` is NULL. So it is for the moment of a file, which may be of any host, unless a
 * history was named. -errno with `ret_why` (texts in `arena`): there is one, and it cannot be read. */
int before_read(const struct options *o, const struct before_request *wanted, struct chronicle **ret,
                struct arena *arena, struct gap *ret_why);
