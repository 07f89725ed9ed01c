/* The fault's own account of what it made: the oracle for tests of who holds what. One JSON object a line:
 * {"pid":812,"fd":7,"local":"127.0.0.1:40000","peer":"127.0.0.1:80","state":"close_wait"}; pid and fd are
 * null for what no process holds. Processes append whole lines, at the time they know. */
#pragma once
#include "model/addr.h"

int ledger_open(const char *path); /* for appending; a descriptor or -errno */
void ledger_add(int ledger_fd, int fd, const char *state);

/* For those who write many: lines collect in `t`. fd -1: held by nobody. */
void ledger_line(struct text *t, pid_t pid, int fd, const struct endpoint *local, const struct endpoint *peer,
                 const char *state);
