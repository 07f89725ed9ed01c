/* The table of doomed.bpf.h: what is to go is put in, one walk of the kernel's table answers, what was answered is
 * taken out. */
#pragma once
#include "doomed.h"

/* `map` and `link` are of a loaded program. Items without an answer in the table keep ANSWER_NONE: there is no such
 * socket any more. 0 or -errno: some may have been answered. */
int targets_run(int map, int link, struct doomed *items, size_t count);
