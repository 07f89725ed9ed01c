/* Who waits for whom. A thread that was in one system call for one connection at both ends of the window, and nothing
 * came on it, can serve nobody else meanwhile: what it waits for is why. A thread that waits for several sockets at
 * once is an event loop, and is not told here. */
#pragma once
#include "rule/inquiry.h"

/* What the threads of a program wait for, as far as its processes were looked at. */
struct waits {
	uint32_t threads;     /* that wait so */
	uint32_t accepting;   /* that wait for the next connection of a listener */
	socket_list sockets;  /* one for each thread */
	uint64_t shortest_ms; /* the least of the times that nothing has come on these */
};

/* Of the program that this process is of. */
void waits_find(struct inquiry *q, uint32_t process, struct waits *ret);
void waits_free(struct waits *w);

/* Evidence, a line for each place that is waited for: who, in which call, and how long nothing has come. */
void waits_tell(struct inquiry *q, struct finding *f, const struct waits *w);

/* Tells it, and keeps the connections in f->waits_for, where threads wait for at least half of what f counts: then each
 * of its connections may have a thread that works on it, and gets no further. */
void waits_explain(struct inquiry *q, struct finding *f);

/* A finding that says why at least half of what f->waits_for leads to does not answer; NULL: there is none. */
const struct finding *waits_stopper(struct inquiry *q, const struct finding *f);
