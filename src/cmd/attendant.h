/* A child of ours that does one kind of work for as long as we are there, made while we may still do what it needs: it
 * has one end of a pair of descriptors, and ends when ours is closed, as it is when we end in whatever way. */
#pragma once
#include "base/util.h"
#include <sys/types.h>

struct attendant {
	pid_t pid;
	int fd; /* our end; -1: there is none */
};

#define ATTENDANT_NONE                                                                                                 \
	{                                                                                                              \
		.fd = -1                                                                                               \
	}

/* Its whole life, with its end. The context is the child's copy. */
typedef void attendant_work(int fd, const void *context);

/* Takes both ends, the child's first; 0 or -errno, and then both are closed. The child has no other descriptor than its
 * end and 0 to 2, and what is typed at a terminal is not for it. */
int attendant_start(struct attendant *a, const int ends[2], attendant_work *work, const void *context);
/* Closes our end, and waits for the child's. Also where there is none. */
void attendant_end(struct attendant *a);
