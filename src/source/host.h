/* What is the same for every source: when, where, which kernel, which namespace is ours. */
#pragma once
#include "model/moment.h"

/* Inode of the tool's own network namespace: 0 or -errno (no /proc). */
int host_self_netns(uint64_t *ret);
/* Fills names, and the clocks anew at each look. */
void host_describe(struct moment *m);
/* Is this the initial pid namespace, so that no process can be outside of our view? */
bool host_sees_all_processes(void);
/* The root of the host's files, also where the tool has come in a container of its own: with the host's processes in
 * view, the first of them has it. A descriptor (O_PATH) or -1. */
int host_open_root(void);
/* Why the first process's root may not be opened, -errno, or 0: then the files above are the tool's own. */
int host_root_error(void);
