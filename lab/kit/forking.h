/* A server that forks a process for each connection: the child reads a request, works, answers, waits for the client's
 * end and ends itself, which closes what it has. */
#pragma once
#include "lab/kit/role.h"

/* Counts opened, and closed when a child has ended; ready once it listens. */
void forking_server(struct role *r, const char *address, uint64_t work_ms) __attribute__((noreturn));
