/* A fact that was wanted and could not be read is not known: never 0, empty or absent. Who reads facts says so here,
 * and it becomes a gap of the moment, once for each kind of fact, with the first reason. */
#pragma once
#include "model/moment.h"

enum unknown {
	UNKNOWN_SETTINGS,
	UNKNOWN_COUNTERS,
	UNKNOWN_HOST_LIMITS,
	UNKNOWN_NAMESPACES,
	UNKNOWN_PROCESSES,
	UNKNOWN_THREADS,
	UNKNOWN_NAMES,
	UNKNOWN_BOOT,
	UNKNOWN_FILES,
};

/* `err` is -errno; 0: nothing is missing. `where` is what was to be read. */
void unknown_tell(struct moment *m, enum unknown kind, const char *where, int err);
/* The same for a file of a process: one that has gone meanwhile is nothing to be missed. `file` stands below /proc/PID.
 */
void unknown_tell_process(struct moment *m, enum unknown kind, uint32_t pid, const char *file, int err);
