/* The command behind `--`: it is started with all the rights that we were started with, before we give up ours, and
 * waits until it is watched. */
#pragma once
#include "base/util.h"
#include <sys/types.h>

struct watch_child {
	bool talks_aside; /* its stdout goes to our stderr; set before it is started */
	pid_t pid;        /* 0: there is none */
	int gate;
	int status; /* its exit status, 128 and more for a signal; -1: it has not ended */
};

int watch_child_start(struct watch_child *c, char **argv); /* 0 or -errno */
void watch_child_go(struct watch_child *c);
bool watch_child_ended(struct watch_child *c);
void watch_child_end(struct watch_child *c); /* asks it to end, if it has not; kills it after 3 s */
