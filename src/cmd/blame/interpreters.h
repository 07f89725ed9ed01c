/* Tells the kernel program where interpreters keep their frames: of the processes that run, and of those that start. */
#pragma once
#include "source/peek.h"
#include "trace/captures.h"

/* All zero to begin with. A process may be so made that looking into it never ends: all of them together have some
 * seconds. */
struct interpreters {
	struct peek peek;
	uint64_t spent_ns;
	uint32_t unread; /* may have an interpreter, and had no time, or no answer in time */
	/* Started just now: they are told once more, when they have their libraries and have set them up. */
	struct {
		uint32_t pid;
		uint64_t at_ns; /* monotonic */
	} young[64];
	uint32_t young_count;
};

/* Those that the scope of the captures takes, `first` before the others (0: none). */
void interpreters_tell_running(struct interpreters *i, struct captures *c, const struct capture_scope *scope,
                               uint32_t first);
void interpreters_tell_started(struct interpreters *i, struct captures *c);
