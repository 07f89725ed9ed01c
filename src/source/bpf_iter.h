/* Reads what an iterator program writes, to its end. */
#pragma once
#include "base/util.h"
#include <sys/types.h>

/* Takes whole records out of `bytes`, returns how many bytes that were; -errno ends the reading. */
typedef ssize_t (*iter_feed)(void *context, const char *bytes, size_t length);

/* `link` is the attached program's descriptor; `buffer` of `room` bytes is the caller's. 0 or -errno; -EPROTO
 * if a record was cut off at the end. */
int bpf_iter_read(int link, char *buffer, size_t room, iter_feed feed, void *context);
