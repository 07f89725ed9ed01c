/* The memory of another process, read by a child: a page of it may lie in a file of FUSE, or be userfaultfd's to give.
 * Then its owner decides when who reads it goes on, if ever, and no signal ends that wait. So it has 50 ms, and is left
 * behind. */
#pragma once
#include "base/util.h"
#include <sys/types.h>

enum { PEEK_MOST = 256 }; /* bytes at once */

/* All zero: no child yet. It is made when something is to be read. */
struct peek {
	pid_t child;
	int to, from;
	uint32_t lost;     /* how many gave no answer in time: after a few, nothing is read any more */
	uint32_t lost_tid; /* the last of them */
};

/* All of it, or nothing and false. */
bool peek_read(struct peek *p, uint32_t tid, unsigned long from, void *to, size_t bytes);
void peek_end(struct peek *p);
