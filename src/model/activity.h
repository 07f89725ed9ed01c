/* What a process did during a window, thread by thread: is it able to run its close() at all? Facts from two
 * samples; the rules judge them. A process that is not sampled has `known` false. */
#pragma once
#include "base/util.h"

/* Where a thread was, at both ends of the window. */
enum thread_wait {
	WAIT_NONE,  /* running, or ready to */
	WAIT_EVENT, /* poll, epoll, select, accept, a socket's read or write, a sleep, a child: it waits for its next
	               work */
	WAIT_LOCK,  /* futex, pipe, file lock: it waits for another thread or process */
	WAIT_DISK,  /* uninterruptible (D) */
	WAIT_OTHER,
	WAIT_COUNT,
};

struct activity {
	bool known;
	uint32_t threads;
	uint32_t stuck[WAIT_COUNT];  /* threads that did not run at all and were in the same wait at both ends */
	uint32_t ran;                /* threads that ran meanwhile */
	uint64_t user_ms, system_ms; /* of all threads, over the window */
	uint64_t voluntary;          /* voluntary context switches */
	/* The thread that tells most: the busiest if one ran, else the one stuck longest. */
	uint32_t tid;
	char thread_name[16];
	uint64_t thread_user_ms, thread_system_ms, thread_voluntary;
	const char *syscall; /* "futex", or NULL if it is in none or in one without a name here */
	const char *wchan;   /* the kernel function it sleeps in, or NULL */
};
