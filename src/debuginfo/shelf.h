/* The folder of files that were fetched: BUILD.debug each, of mode 0600, the oldest going when there are too many. What
 * comes is BUILD.PID.part until it is whole and known to be of that build. */
#pragma once
#include "base/util.h"

/* Opens a new one, to be written and read. 0 or -errno. */
int shelf_begin(int folder, const char *build, int *ret_fd);
/* It is whole: others see it from now on. 0 or -errno. */
int shelf_keep(int folder, const char *build);
void shelf_discard(int folder, const char *build);
/* Removes the oldest until all have `most_bytes` at most, and what was left half done an hour ago. */
void shelf_trim(int folder, uint64_t most_bytes);
