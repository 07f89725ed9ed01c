/* Names of hosts, for a process that gives up its rights first. */
#pragma once

/* What libc loads to find names, it loads while it may. */
void names_prepare(void);
