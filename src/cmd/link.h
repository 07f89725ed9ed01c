/* Between two processes of ours, of which one may do what the other may not: messages through a pair of descriptors,
 * each its length and its bytes. */
#pragma once
#include "base/text.h"

enum { LINK_BYTES_MOST = 64 << 20 };

/* 0 or -errno. */
int link_send(int fd, const struct text *message);
/* Waits for a whole one. 0, -ENODATA: the other end is gone; -EBADMSG, or -errno. */
int link_receive(int fd, struct text *ret);
/* Takes what is there now: `taken` keeps it from call to call. 1: `taken` holds a whole message behind its length
 * (LINK_HEAD); 0: not yet; -errno as above. */
int link_take(int fd, struct text *taken);

enum { LINK_HEAD = sizeof(uint64_t) };
