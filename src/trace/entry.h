/* A kernel program on the entry of a function of a process (a uprobe). */
#pragma once
#include "base/util.h"

/* Only in this process, and no other one that runs the same file. `path`: of the file, as we see it; `offset`: of the
 * function in it. A descriptor, whose owner is the caller and with which the hook goes, or -errno. */
int entry_hook(uint32_t pid, const char *path, uint64_t offset, int program);
