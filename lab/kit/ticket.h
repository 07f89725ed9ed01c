/* How a program of the fault learns who it is: it is this very binary started again, with the command line
 * of the role it plays, and a ticket in its environment. */
#pragma once
#include "lab/lab.h"

#define LAB_TICKET       "UNFIN_LAB_ROLE"
#define LAB_TICKET_PRINT "%s %s %u %u %llu %llu %d"
#define LAB_TICKET_SCAN  "%63s %31s %u %u %llu %llu %d"

enum { BOARD_FD = 3, LEDGER_FD = 4 };

struct lab_ticket {
	unsigned index, row; /* which of its kind, and its row on the board */
	unsigned long long seed, count;
	int parent; /* it dies with this one */
};

const struct lab_role *lab_role_find(const struct lab_fault *fault, const char *name); /* NULL if there is none */

/* Becomes that program; returns only if it cannot. */
void lab_role_exec(const struct lab_fault *fault, const struct lab_role *role, const struct lab_ticket *ticket);
