/* Which network namespaces a command looks at: `self`, `all`, a NAME of /run/netns, a PID, an INODE or the path
 * of a namespace file. */
#pragma once
#include "source/source.h"

/* Fills `scope` and `netns` of the request from the words of --netns, or of UNFIN_NETNS, or the default.
 * STATUS_OK, or STATUS_USAGE after having said what is wrong. */
int scope_parse(const char *option, struct source_request *request);
/* Were they named? Those that the default takes in are looked at; nothing is done in them. */
bool scope_is_named(const char *option);
/* The inode of the only namespace that is asked for, 0: all. For who watches, and asks no source. 0 or -errno (no
 * /proc). */
int scope_inode(const struct source_request *request, uint64_t *ret);
