/* What a process did during a window, thread by thread: is it able to run its close() at all? Facts from two
 * samples; the rules judge them. A process that is not sampled has `known` false. */
#pragma once
#include "base/util.h"

/* Where a thread was, at both ends of the window. */
enum thread_wait {
	WAIT_NONE,    /* running, or ready to */
	WAIT_EVENT,   /* poll, epoll, select, accept, a socket's read or write, a sleep (a wait for a lock with a time
	                 limit is one), a child: it waits for its next work */
	WAIT_LOCK,    /* futex, pipe, file lock, without a time limit: it waits for another thread or process */
	WAIT_DISK,    /* uninterruptible (D) */
	WAIT_OTHER,   /* another system call, or none */
	WAIT_UNKNOWN, /* it may not be read */
	WAIT_COUNT,
};

struct activity {
	bool known;
	bool partial;                /* not all threads were sampled: nothing can be said of all of them */
	uint32_t threads;            /* those that a runtime keeps for itself left out, here and below */
	uint32_t stuck[WAIT_COUNT];  /* threads that did not run at all and were in the same wait at both ends */
	uint32_t ran;                /* threads that ran meanwhile, began or ended */
	uint64_t user_ms, system_ms; /* of all threads, over the window */
	uint64_t voluntary;          /* voluntary context switches */
	/* The thread that tells most: one that spins, else one that is stuck on a lock or the disk while none ran,
	 * else the busiest. */
	uint32_t tid;
	bool spins; /* it was running or ready at both ends, and did not sleep between */
	char thread_name[16];
	uint64_t thread_user_ms, thread_system_ms, thread_voluntary;
	enum thread_wait wait;
	const char *syscall; /* "futex", or NULL if it is in none or in one without a name here */
	const char *wchan;   /* the kernel function it sleeps in, or NULL */
	const char *stack;   /* "futex_wait < do_futex < …": of the kernel, if that may be read; or NULL */
};
