/* Threads that a runtime keeps for itself: they tick, collect and compile, and run nothing of the program. Whether its
 * own threads get on, theirs do not say. */
#pragma once
#include "base/util.h"

/* `program`: the process's name, `thread`: the thread's, both as the kernel has them (15 bytes). */
bool thread_is_housekeeping(const char *program, const char *thread);
