/* What is the same for every source: when, where, which kernel, which namespace is ours. */
#pragma once
#include "model/moment.h"

/* Inode of the tool's own network namespace: 0 or -errno (no /proc). */
int host_self_netns(uint64_t *ret);
/* Fills names, and the clocks anew at each look. */
void host_describe(struct moment *m);
/* Is this the initial pid namespace, so that no process can be outside of our view? */
bool host_sees_all_processes(void);
