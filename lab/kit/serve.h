/* A server like thousands of others: it accepts, reads a request, thinks, answers, and closes when it said
 * it would. What a fault needs beyond that, its own file does. */
#pragma once
#include "lab/kit/role.h"

#define SERVE_KEEPS UINT32_MAX

struct service {
	const char *address;              /* "127.0.0.1:80" */
	int backlog;                      /* 0: 1024 */
	uint32_t think_ms, think_most_ms; /* before it answers: a time between the two */
	uint32_t idle_ms; /* closes so long after the answer; 0: at once; SERVE_KEEPS: when the client does */
	uint32_t answer_bytes;
	unsigned forgets_one_in; /* of so many requests one is never answered nor closed, by chance; 0: none */
};

/* Counts opened, closed and failed accepts; ready once it listens. */
void serve(struct role *r, const struct service *s) __attribute__((noreturn));
