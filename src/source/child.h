/* A child that does for us what may take for ever, and that is left behind then. It makes no process of its own, runs
 * no other program, and ends when we do. */
#pragma once
#include "base/util.h"
#include <sys/types.h>

/* In the child, at once: no descriptor but these two, for whoever reads our output must not wait for it; signals end
 * it. */
void child_begin(int one, int other);
/* In the child, when it is who it will be: a change of user takes this back. Ends it if `parent` has ended already. */
void child_end_with(pid_t parent);
/* In the parent: kills it. One that sleeps in the kernel for ever cannot be killed: it is left to init. */
void child_end(pid_t child);
