/* Where the page's moments come from: the agent's file, read again for each new one, or a kept file, read once. */
#pragma once
#include "cmd/command.h"
#include "web/site.h"

struct moments {
	const struct invocation *in; /* what was left out is told as the command line does */
	const char *path;
	const char *state; /* the folder of the history, or NULL */
	struct text image; /* of the kept file; no bytes: it is read each time */
};

/* Of --from: its bytes, while we may still open it. enum status. */
int moments_load(struct moments *ms, const char *from);
moment_reader moments_read; /* its context is the struct */
moment_then_reader moments_read_then;
void moments_free(struct moments *ms);
