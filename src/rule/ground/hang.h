/* Does a process not run? Stopped, traced and frozen the kernel says itself. Spinning and blocked follow from a
 * window: then the process also did nothing with any of its sockets meanwhile. */
#pragma once
#include "programs.h"

enum hang { HANG_NO, HANG_BLOCKED, HANG_SPINS, HANG_STOPPED, HANG_TRACED, HANG_FROZEN };

static inline bool hang_is_certain(enum hang h)
{
	return h >= HANG_STOPPED;
}

enum hang hang_of(struct inquiry *q, uint32_t process);

/* True if it waits as an idle worker does, too: for a lock or a pipe by which it may be given work. Then only work
 * that waits for it tells the one from the other. */
bool hang_looks_idle(const struct process *p, enum hang h);

/* Evidence: what the process, or its thread, does. */
void hang_tell(struct inquiry *q, struct finding *f, uint32_t process, enum hang h);
