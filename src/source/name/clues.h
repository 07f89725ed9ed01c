/* What the processes around a container tell of it, where no file is in its usual place: conmon's command line names
 * the container that it watches over; and a container's own mounts show where its runtime keeps the files that it
 * mounts there, with whatever --data-root. */
#pragma once
#include "base/text.h"
#include "naming.h"

/* Finds the names of `items` in every way: naming_lookup(), then this. `root`: the host's /; `proc`: our /proc. */
void clues_name(int root, int proc, struct naming *items, size_t count, struct arena *arena);

/* The host's path of what a process has mounted at `point`. Pure: texts of mountinfo, the process's own and the host's.
 * 0, or -ENOENT. */
int clues_find_mount(const char *inside, const char *host, const char *point, struct text *ret_path);
