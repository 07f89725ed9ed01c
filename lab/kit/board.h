/* The board on the wall of the lab: one page of counters that all processes of a fault share. A process
 * writes its own row, the maker reads all of them; nobody needs to send or to wait for messages. */
#pragma once
#include "base/util.h"

enum { BOARD_ROWS = 64 };

struct board_row {
	_Atomic bool ready;      /* it did what it does once, at its start */
	_Atomic uint32_t opened; /* connections made or accepted */
	_Atomic uint32_t closed; /* descriptors closed again */
	_Atomic uint32_t held;   /* descriptors it will not close */
	_Atomic uint32_t failed; /* calls that failed the way the fault wants it */
};

struct board {
	_Atomic uint32_t phase;    /* the maker's signal to go on: 0, 1, 2 … */
	_Atomic uint64_t first_ns; /* CLOCK_MONOTONIC when the first descriptor was kept, 0 before */
	_Atomic bool late;         /* a program could not keep its pace: this machine is too slow, or busy */
	bool has_ledger;           /* LEDGER_FD is open: set before the first process is started */
	_Atomic bool wrong;        /* `error` says what */
	char error[160];           /* the first process that cannot go on says why */
	struct board_row rows[BOARD_ROWS];
};

/* A new one: all zero. The descriptor is inherited by the fault's processes. 0 or -errno. */
int board_new(struct board **ret, int *ret_fd);
int board_open(int fd, struct board **ret);
/* Is this descriptor the board of a lab? Only the lab hands one on: a variable of the environment can be anybody's. */
bool board_is_there(int fd);
