/* What leaves nothing behind for a look, watched from open to collect: failing calls (bind, connect, listen; accept
 * and socket for want of descriptors), and closes of CLOSE_WAIT sockets. Counted by the kernel programs; nothing
 * needs to be drained meanwhile. Only processes *seen* failing become victims. */
#pragma once
#include "hook.h"
#include "model/moment.h"

struct events;

/* 0, or -errno and why this host does not let us watch (texts in `arena`). Who asks knows which right would help. */
int events_open(struct arena *arena, const struct hook_options *options, struct events **ret, struct gap *ret_why);
/* Everything it hangs on, a row each: `each` is called for all of them. `refused`: a cheaper row that it stands in for,
 * or NULL. */
void events_each_hook(const struct events *e,
                      void (*each)(const struct hook_state *s, const struct hook_state *refused, void *data),
                      void *data);
/* Of its tables, in the kernel: those that may stay for months. */
uint64_t events_memory_bytes(const struct events *e);
/* Adds what was seen to the moment's failures and departures, in the namespaces of its scope, and how many rows
 * were lost to its window. Call it before the second look, which then describes these processes, too. */
void events_collect(struct events *e, struct moment *m);
/* A gap for each kind of event that is not followed, since what it hangs on is not attached; `mend` is where a right is
 * wanting. For after the look, and for the first look, too. */
void events_tell_hooks(const struct events *e, struct moment *m, const char *mend);
/* What has been collected is told; the next collection tells what comes from now on. For who looks again and again. */
void events_follow(struct events *e);
void events_close(struct events *e); /* NULL is fine */
void events_cleanup(struct events **e);
