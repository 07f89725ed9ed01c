/* What this process may do, and the exact command that gives it the rest: that depends on where it runs. */
#pragma once
#include "base/arena.h"

bool privilege_has(unsigned cap); /* CAP_…, effective */

/* The tool runs in a container: its runtime says so, or it is in another pid namespace than the host's, or on a root of
 * layers. */
bool privilege_in_container(void);
/* A filter stands between this process and the kernel (seccomp mode 2). */
bool privilege_is_filtered(void);

/* How to get all that a look can use: `sudo setcap …` for a user, the container's line with the flags that it lacks,
 * systemd-run (a fresh child of init, with all rights and no filter) for one that was deprived. NULL: it is in a
 * container that lacks none of them, and another one would see no more. */
const char *privilege_mend(struct arena *arena);
/* The same where CAP_NET_ADMIN is what lacks: for conntrack and SOCK_DESTROY alone. */
const char *privilege_mend_net(struct arena *arena);
/* privilege_mend() if that is what `err` speaks of, else NULL. */
const char *privilege_mend_of(int err, struct arena *arena);
