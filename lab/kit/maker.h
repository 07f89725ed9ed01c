/* For the one who makes a fault: start its programs, wait until the kernel shows what should be there. All
 * of it happens inside the namespace. Every call gives 0 or -errno and has said why on the way: a maker
 * passes it on. */
#pragma once
#include "lab/lab.h"
#include "lab/kit/board.h"
#include "lab/kit/look.h"
#include "lab/kit/namespace.h"
#include "lab/kit/seed.h"

struct lab {
	const struct lab_fault *fault;
	uint64_t seed;
	uint64_t count; /* what --count asked for; 0: nothing */
	struct board *board;
	int board_fd;
	int ledger_fd;         /* what is held is written to it; -1: nowhere */
	const char *directory; /* for files that it makes; NULL: nobody wants any */
	struct {
		const char *name;
		int fd; /* its namespace */
	} hosts[LAB_HOSTS];
	size_t host_count;
	int far_fd;  /* the other host's namespace, -1 without one */
	int signals; /* a signalfd: whoever waits looks at it */
	unsigned started;
	struct {
		const char *name;
		pid_t pid;
	} roles[BOARD_ROWS];
	int interrupted; /* the signal that ended the making; 0: none */
};

/* Starts `count` processes of a role and waits until each is ready. */
int lab_start(struct lab *lab, const char *role);
int lab_start_many(struct lab *lab, const char *role, unsigned count);

int lab_start_each(struct lab *lab, ...) __attribute__((sentinel)); /* roles, then NULL */

/* That host's namespace, -1 if there is none. */
int lab_host_find(const struct lab *lab, const char *name);

/* The row of the first process of that role; it must have been started. */
const struct board_row *lab_row(const struct lab *lab, const char *role);

/* All processes of the fault that wait for this phase go on. */
void lab_phase(struct lab *lab, uint32_t phase);

/* Seconds since the first descriptor was kept. */
double lab_oldest_s(const struct lab *lab);

/* Another host: a namespace behind a veth pair, 10.77.0.2; ours is 10.77.0.1. Roles marked `far` start there. */
int lab_far(struct lab *lab);
/* It leaves without a word: its end of the pair goes down, and ours has no carrier any more. */
int lab_far_leaves(struct lab *lab);

/* The ports that connect() and bind(0) choose from. Make `count` even: of an odd range, the kernel's search may
 * leave out one port. */
int lab_range(struct lab *lab, unsigned first, unsigned count);

int lab_route(struct lab *lab, const char *network, const char *mask, const char *gateway);

int lab_sysctl(struct lab *lab, const char *name, const char *value);
int lab_failed(const char *what, int error); /* says it, and returns `error` */

/* Waits until the condition holds, at most `limit_s`. It looks every few milliseconds, and ends early if
 * a program of the fault died or somebody pressed Ctrl-C. */
#define lab_until(lab, limit_s, condition)                                                                             \
	__extension__({                                                                                                \
		uint64_t end_ns_ = lab_deadline_ns(limit_s);                                                           \
		int error_ = 0;                                                                                        \
		while (!error_ && !(condition))                                                                        \
			error_ = lab_pause((lab), end_ns_, #condition);                                                \
		error_;                                                                                                \
	})
int lab_ripen(struct lab *lab, uint64_t ms); /* lets it stand for so long */
uint64_t lab_deadline_ns(unsigned limit_s);
int lab_pause(struct lab *lab, uint64_t end_ns, const char *what);
