/* Tells the kernel program where interpreters keep their frames: of the processes that run, and of those that start. */
#pragma once
#include "trace/captures.h"

/* Those that the scope of the captures takes. */
void interpreters_tell_running(struct captures *c, const struct capture_scope *scope);
void interpreters_tell_started(struct captures *c);
