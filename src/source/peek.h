/* What may take for ever, read by a child: the memory of another process, and the files of /proc that are read under
 * the lock of its memory map (cmdline, environ, maps). A page may lie in a file of FUSE or of a server that is gone, or
 * be userfaultfd's to give; who waits for it may hold that lock, and others then wait for him: that is where ps hangs.
 * The owner of the page decides when who reads goes on, if ever, and no signal ends that wait. So the child has 200 ms
 * in which it waits, and is left behind. */
#pragma once
#include "base/text.h"
#include <sys/types.h>

enum { PEEK_MOST = 256 }; /* bytes at once */

/* All zero: no child yet. It is made when something is to be read. */
struct peek {
	pid_t child;
	int to, from;
	int held;          /* its end of `to`: a question to one that has died is no SIGPIPE */
	uint32_t lost;     /* how many gave no answer in time: after a few, nothing is read any more */
	uint32_t lost_tid; /* the last of them */
};

/* All of it, or nothing and false. */
bool peek_read(struct peek *p, uint32_t tid, unsigned long from, void *to, size_t bytes);
/* Appends what the file `name` of the process `dir` (proc.h) has, at most `most` bytes of it. 0 or -errno:
 * -ETIME no answer in time, -ESRCH that process has gone. */
int peek_file(struct peek *p, int dir, const char *name, size_t most, struct text *out);
void peek_end(struct peek *p);
