/* Work on what others wrote (ELF, DWARF, the memory of a traced process, repositories), in a child that can do nothing
 * but that: no capability, another user where we may become one, a filter on its calls, limits on memory and time, and
 * no descriptor but those it is left. It is forked, so it has what it works on already; what it finds it writes as
 * records of fixed size, and who started it reads nothing else. If it dies, so does nothing more. */
#pragma once
#include "base/text.h"

struct confined {
	void (*work)(void *context, int out); /* in the child; returns when it is done */
	void (*forget)(void *context);        /* in the child, first of all: gives up what is not for it; or NULL */
	void *context;
	const int *keep; /* descriptors that stay open in it */
	size_t keep_count;
	uint64_t time_ms;  /* after that it is ended */
	size_t most;       /* bytes that it may write */
	unsigned needs;    /* enum power that its work needs; 0: nothing is opened */
	uint32_t uid, gid; /* whom to become, if we are root */
};

enum { CONFINED_NOBODY = 65534 };

/* Appends what it wrote. 0, or -errno: what is there came before it ended: -ETIMEDOUT, -EFBIG, -EIO (it died). */
int confined_run(const struct confined *c, struct text *ret);
/* Writes all of it; false: nobody reads any more. */
bool confined_write(int out, const void *bytes, size_t count);
