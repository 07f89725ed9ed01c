/* Watches what the threads of suspicious processes do during a window, from /proc/PID/task, and which sockets they wait
 * for. Only processes with unfinished work and whom these wait for are looked at, and not more than ACTIVITY_PROCESSES
 * of them: the watcher must not cost more than the fault. */
#pragma once
#include "model/moment.h"

enum { ACTIVITY_PROCESSES = 64, ACTIVITY_THREADS = 512 };

struct activity_watch;

/* First sample, of the processes that hold a CLOSE_WAIT, unread data, or a listener with a queue. */
struct activity_watch *activity_begin(const struct moment *m);
/* Second sample; fills `activity` of those processes, and adds to the moment's `awaited`. */
void activity_end(struct activity_watch *w, struct moment *m);
void activity_free(struct activity_watch *w); /* NULL is fine */
void activity_cleanup(struct activity_watch **w);
