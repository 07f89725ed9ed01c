/* The files that set sysctls at boot (sysctl.d(5)): what they say, not what holds. */
#pragma once
#include "base/arena.h"

/* Does this text turn the setting on: is there a line that gives it another value than 0? Dots or slashes. */
bool sysctl_text_turns_on(const char *text, const char *name);

/* A file of the host's that turns on a setting which this kernel does not have, "/etc/sysctl.d/90-tuning.conf"; NULL if
 * none does, or the kernel has it. In the arena. */
const char *sysctl_files_obsolete(const char *name, struct arena *arena);
