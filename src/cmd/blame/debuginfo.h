/* What a process's files have no lines for, fetched from servers of debugging information, where some were named
 * (DEBUGINFOD_URLS). By a child, for this process may not talk to other hosts. */
#pragma once
#include "model/moment.h"
#include "model/site.h"
#include "trace/captures.h"

enum { DEBUGINFO_WHY = 160 };

/* What was asked for a process, and what came of it. */
struct debuginfo_asked {
	uint32_t pid;
	char why[DEBUGINFO_WHY]; /* a file is missing still; or empty */
};

struct debuginfo {
	int to; /* -1: there is no child */
	bool is_on;
	uint64_t left_ms; /* of all that may be spent on it */
	ARRAY(struct debuginfo_asked) asked;
};

/* Before rights are given up. Where none was named, nothing is started. */
void debuginfo_start(struct debuginfo *d);
void debuginfo_end(struct debuginfo *d); /* also of one that is zeroed */

/* If the stack has no line: asks for the files of that process, once. True: one came, and decoding it again may tell
 * more. */
bool debuginfo_fetch(struct debuginfo *d, uint32_t pid, const struct stack *s, struct captures *captures);
/* Says in the stack why there is still no line, and what to do. */
void debuginfo_tell(const struct debuginfo *d, uint32_t pid, struct stack *s);
