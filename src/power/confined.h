/* Work on what others wrote (ELF, DWARF, the memory of a traced process, repositories), in a child that can do nothing
 * but that: no capability, another user where we may become one, a filter on its calls, limits on memory and time, and
 * no descriptor but those it opened. It is forked, so it has what it works on already; what it finds it writes as
 * records of fixed size, and who started it reads nothing else. If it dies, so does nothing more. */
#pragma once
#include "base/text.h"

struct confined_user {
	uint32_t uid, gid;
};

/* What the child does, in this order. */
struct confined {
	/* Gives up what is not for it, besides all descriptors; or NULL. */
	void (*forget)(void *context);
	/* Opens what it works on while it still has our rights: here and not before, for a file's server may never
	 * answer, and that must not be waited for. It may say whom to become. Or NULL. */
	void (*open)(void *context, struct confined_user *become);
	/* Reads what is open, as another user, with no right. */
	void (*work)(void *context, int out);
	void *context;
	uint64_t time_ms;            /* for all; after that it is ended */
	size_t most;                 /* bytes that it may write */
	unsigned needs;              /* enum power that its work needs; 0: nothing is opened in it */
	struct confined_user become; /* if we are root */
};

enum { CONFINED_NOBODY = 65534 };

/* Appends what it wrote. 0, or -errno: what is there came before it ended: -ETIMEDOUT, -EFBIG, -EIO (it died). A child
 * that cannot be ended, for it sleeps in the kernel, is left behind. */
int confined_run(const struct confined *c, struct text *ret);
/* Writes all of it; false: nobody reads any more. */
bool confined_write(int out, const void *bytes, size_t count);
