/* For the programs of a fault: who am I, what do I count, when do I go on. A role runs until it is killed;
 * the kernel kills it when the lab ends, whatever way that happens. */
#pragma once
#include "lab/lab.h"
#include "lab/kit/board.h"
#include "lab/kit/seed.h"

struct role {
	const struct lab_fault *fault;
	const struct lab_role *what;
	uint64_t seed;
	uint64_t count; /* what --count asked for; 0: nothing */
	unsigned index; /* 0, 1, 2 … among the processes of this role */
	struct board *board;
	struct board_row *row;
	int ledger_fd; /* -1 without a ledger */
};

void role_ready(struct role *r);                                                       /* lab_start() waits for this */
void role_fail(struct role *r, int error, const char *what) __attribute__((noreturn)); /* the lab ends with it */
void role_rest(void) __attribute__((noreturn));                                        /* holds what it has */
void role_wait_phase(const struct role *r, uint32_t phase);

/* This descriptor stays open for good: counted, and written to the ledger with the state that it comes to
 * ("close_wait"). */
void role_keep(struct role *r, int fd, const char *state);

/* A call that failed as the fault wants it: counted; the first one of this process is told to the ledger, with
 * its moment: {"event":"first_failure","pid":812,"call":"bind","errno":"EADDRINUSE","at_unix_ms":…,"late":false}. */
void role_failed(struct role *r, const char *call, int error);

/* A descriptor or -errno becomes a descriptor: what cannot be had ends the lab. */
int role_need(struct role *r, int fd, const char *what);

/* The children a role forks die with it, too. 0 in the child. */
pid_t role_fork(struct role *r, const char *name);

/* Another program of the fault, started by this one: it inherits what is not close-on-exec, and counts on
 * the same row. */
pid_t role_spawn(struct role *r, const char *name);
void role_inherited(int fd); /* makes a descriptor one that is */

/* The most descriptors this process may have; a role starts with 20,000, if the hard limit allows. */
void role_limit_files(unsigned most);

void sleep_ms(uint64_t ms);

/* A steady rate with some noise, as traffic has it: `while (pace_wait(&p)) …` */
struct pace {
	uint64_t next_ns, gap_ns, stream;
	struct board *board;
};
struct pace pace_per_s(const struct role *r, double per_s);
bool pace_wait(struct pace *p); /* always true */
