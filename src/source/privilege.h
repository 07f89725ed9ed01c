/* What this process may do, and the exact command that gives it the rest: that depends on where it runs. */
#pragma once
#include "base/arena.h"

bool privilege_has(unsigned cap); /* CAP_…, effective */

/* The tool runs in a container: in another pid namespace than the host's, or on a root of layers. */
bool privilege_in_container(void);
/* A filter stands between this process and the kernel (seccomp mode 2). */
bool privilege_is_filtered(void);

/* How to get all that the tool can use: `sudo setcap …` for a user, container flags in a container, systemd-run
 * (a fresh child of init, with all rights and no filter) for one that was deprived. Never NULL. */
const char *privilege_mend(struct arena *arena);
