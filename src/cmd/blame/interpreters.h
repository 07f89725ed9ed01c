/* Tells the kernel program where interpreters keep their frames: of the processes that run, and of those that start. */
#pragma once
#include "trace/captures.h"

/* `only_pid`: 0 is all. */
void interpreters_tell_running(struct captures *c, uint32_t only_pid);
void interpreters_tell_started(struct captures *c);
