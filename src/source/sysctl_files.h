/* The files that set sysctls at boot (sysctl.d(5)): what they say, not what holds. */
#pragma once
#include "base/arena.h"

/* Does this text turn the setting on: is there a line that gives it another value than 0? Dots or slashes. */
bool sysctl_text_turns_on(const char *text, const char *name);

/* Sets `ret` to a file of the host's that turns on a setting which this kernel does not have, in the arena:
 * "/etc/sysctl.d/90-tuning.conf"; to NULL if none is seen to, or the kernel has it. 0 or -errno: some could not be
 * read. */
int sysctl_files_obsolete(const char *name, struct arena *arena, const char **ret);
