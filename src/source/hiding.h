/* Sockets that have a file and that no descriptor shows: in flight between processes, in an io_uring, or with a
 * process that we cannot see. A source tells where such may be; here they are matched and named. */
#pragma once
#include "model/moment.h"

struct ring {
	uint32_t pid, fd;
};

struct hideouts {
	ARRAY(uint64_t) cookies; /* of sockets in flight */
	ARRAY(struct ring) rings;
	uint32_t unreadable; /* processes whose descriptors this user may not see */
	int err;             /* -errno: where such sockets may be could not be looked at */
};

bool hiding_is_needed(const struct moment *m);
/* Sets `unowned` of such sockets to what can be proved; what remains is UNOWNED_HIDDEN if processes exist that
 * this tool cannot see, else UNOWNED_UNKNOWN; and is a gap if there was something that could not be looked at: else it
 * was opened or closed during the look. Frees what `h` holds. */
void hiding_judge(struct hideouts *h, struct moment *m);

/* `UserFiles:` of an io_uring's fdinfo: calls back with the inode of each socket registered there. */
void hiding_ring_sockets(const char *fdinfo, void (*found)(void *context, uint32_t inode), void *context);
