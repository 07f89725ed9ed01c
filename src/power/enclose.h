/* A service that stays: from now on it is another user, and sees a few folders and nothing else, of which it can change
 * its own at most. What calls it may make is power_seal()'s matter. Before any thread is started. */
#pragma once
#include "base/util.h"

struct enclosure {
	uint32_t uid, gid;          /* whom to become, if we are root */
	const char *const *folders; /* what may be read; those that are not there are left out */
	size_t count;
	const char *own; /* a folder that it may write in; it and what is in it become that user's. NULL: none */
	bool connects;   /* it may open connections */
};

/* 0, or -errno: -EPERM we are root, and cannot become anybody else. A kernel without Landlock (before 5.13) is none:
 * then ret_open is true, and files are a matter of their modes alone. */
int enclose(const struct enclosure *e, bool *ret_open);
